import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import type { ServerParts } from "./server-parts.ts";

/** Lets the server describe itself in OpenAPI, from the schemas of the routes that follow. */
export async function addOpenApi(
  server: FastifyInstance,
  { service, number }: ServerParts,
): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: "3.0.3",
      info: {
        title: `Tillstorm mock ${service}`,
        description: `Replica ${number} of the service ${service}, as the scenario describes it.`,
        version: "1",
      },
    },
    transformObject: (document) => {
      if (!("openapiObject" in document)) return document.swaggerObject;
      const { openapiObject } = document;
      for (const path of Object.values(openapiObject.paths ?? {})) {
        const body = path?.post?.requestBody;
        // The plug-in takes every body for required; here each may be left out.
        if (body !== undefined && "content" in body) body.required = false;
      }
      return openapiObject;
    },
  });
}
