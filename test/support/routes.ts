import 'reflect-metadata';
import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { ModulesContainer } from '@nestjs/core';
import type { TestApp } from './app.js';

/** A route, its parameters written as `1` and what a `*` stands for as `any`. */
export interface Route {
  method: string;
  url: string;
}

/** Every route of the server, from its own drawing of them: `├── /:id (GET, HEAD)`, four columns a level. */
export function routesOf(app: TestApp): Route[] {
  const drawing = app.app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
  const parents: string[] = [];
  return drawing.split('\n').flatMap((line) => {
    const [, indent, path, methods = ''] = /^(.*?)[├└]── (\S+)(?: \((.*)\))?$/.exec(line) ?? [];
    if (indent === undefined) return [];
    const depth = indent.length / 4;
    parents[depth] = (depth === 0 ? '' : parents[depth - 1]!) + path;
    const url = parents[depth].replaceAll(/:\w+/g, '1').replace('*', '/any');
    return methods.split(', ').map((method) => ({ method, url }));
  });
}

/** A route of a controller, with what its decorators say. */
export interface Declared extends Route {
  /** What is said under a name of the method, or else of its controller. */
  says(name: string): unknown;
  /** Whether the method itself says something under this name. */
  handler: object;
}

/** Every route that a controller declares. */
export function declaredRoutes(app: TestApp): Declared[] {
  const controllers = [...app.app.get(ModulesContainer).values()].flatMap(({ controllers }) => [
    ...controllers.values(),
  ]);
  return controllers.flatMap(({ metatype }) => routesOfController(metatype as Type));
}

function routesOfController(controller: Type): Declared[] {
  const of = (name: string, target: object): unknown => Reflect.getMetadata(name, target);
  const prototype = controller.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name]!;
    const method = typeof handler === 'function' ? of(METHOD_METADATA, handler) : undefined;
    if (method === undefined) return [];
    const [outer, inner] = [of(PATH_METADATA, controller), of(PATH_METADATA, handler)].map((path) => [path].flat());
    const says = (key: string): unknown => of(key, handler) ?? of(key, controller);
    return outer!.flatMap((above) =>
      inner!.map((below) => {
        const url = `/${[above, below].join('/')}`.replaceAll(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
        return {
          method: RequestMethod[method as number]!,
          url: url.replaceAll(/:\w+/g, '1').replace('*', 'any'),
          says,
          handler,
        };
      }),
    );
  });
}
