import type { FastifyInstance } from "fastify";

export const bodyMaxBytes = 16 * 1024;

/** Bodies are JSON or empty; an empty one may call itself anything, as `curl -d ''` does. */
export function readBodies(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser("error", "error");
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<string>(
    "application/json",
    { parseAs: "string" },
    (request, text, done) => {
      if (text === "") done(null, undefined);
      else parseJson(request, text, done);
    },
  );
  server.addContentTypeParser<string>("*", { parseAs: "string" }, (_request, text, done) => {
    if (text === "") done(null, undefined);
    else done(new UnsupportedBody());
  });
}

class UnsupportedBody extends Error {
  readonly statusCode = 415;

  constructor() {
    super("send application/json, or no body");
  }
}
