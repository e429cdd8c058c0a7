import type { FastifyInstance } from "fastify";
import { healthSchema } from "./http-schemas.ts";
import type { ServerParts } from "./server-parts.ts";

/** What a person or a monitor looks at: health, metrics, the description of the interface. */
export function addObservation(server: FastifyInstance, parts: ServerParts): void {
  const { service, number, stage, metrics } = parts;
  server.get("/healthz", { schema: healthSchema }, (_request, reply) => {
    const { down } = stage().replica;
    return reply
      .code(down === undefined ? 200 : 503)
      .send({ status: down ?? "ok", service, replica: number });
  });
  server.get("/metrics", { schema: { hide: true } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.render()),
  );
  server.get("/openapi.json", { schema: { hide: true } }, () => server.swagger());
}
