import { type CustomDecorator, SetMetadata } from '@nestjs/common';

export const PUBLIC = 'campanile:public';

/** A route, or a controller's routes, that need no API key. */
export const Public = (): CustomDecorator => SetMetadata(PUBLIC, true);
