import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemResponse } from './problem.dto.js';

const meanings: Record<number, string> = {
  400: 'A field is missing or wrong; `errors` names each.',
  404: 'There is no such thing.',
  409: 'The present state forbids it.',
  412: 'It was changed in the meantime (`If-Match`).',
  413: 'The body is too large.',
  503: 'The database does not answer.',
};

/** Documents the problems a route may answer, besides 401 and 403 which every protected route shares. */
export function ApiProblems(...statuses: number[]): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(ProblemResponse),
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: meanings[status],
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemResponse) } } },
      }),
    ),
  );
}
