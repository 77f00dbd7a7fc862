import type { oas31 } from "zod-openapi";

/** One operation of the document, with what its page section needs. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operation: oas31.OperationObject;
  readonly parameters: readonly oas31.ParameterObject[];
  readonly body: { readonly mediaType: string; readonly content: oas31.MediaTypeObject } | undefined;
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

function isInline<T extends object>(value: T | oas31.ReferenceObject): value is T {
  return !("$ref" in value);
}

/** The operations of a document in the order of its paths. */
export function operationsOf(document: oas31.OpenAPIObject): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      const { requestBody } = operation;
      const content = requestBody !== undefined && isInline(requestBody) ? requestBody.content : {};
      const [mediaType, media] = Object.entries(content)[0] ?? [];
      return [
        {
          method: method.toUpperCase(),
          path,
          operation,
          parameters: (operation.parameters ?? []).filter((parameter) => isInline(parameter)),
          body: mediaType === undefined || media === undefined ? undefined : { mediaType, content: media },
        },
      ];
    }),
  );
}
