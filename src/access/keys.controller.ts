import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems } from '../platform/openapi.js';
import { PageQuery } from '../platform/page.dto.js';
import { KEY_VALUES } from './domain/audit-values.js';
import { Audited } from './audited.decorator.js';
import { CreatedKey, CreateKey, KeyResponse, RotateKey } from './keys.dto.js';
import { KeysService } from './keys.service.js';
import { RequireScope } from './scope.decorator.js';

@ApiTags('Access')
@ApiBearerAuth()
@Controller('keys')
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  /**
   * Makes an API key. It is in this answer and nowhere else, so there is no `Idempotency-Key`: where the answer was lost,
   * revoke the key and make another.
   */
  @Post()
  @RequireScope('admin')
  @Audited('key.created', 'with', { values: KEY_VALUES })
  @ApiProblems(400)
  create(@Body() input: CreateKey): Promise<CreatedKey> {
    return this.keys.create(input);
  }

  /** Lists the keys in the order they were made, with how they begin and when they were last used. */
  @Get()
  @RequireScope('admin')
  @ApiProblems(400)
  list(@Query() query: PageQuery): Promise<KeyResponse[]> {
    return this.keys.list(query);
  }

  /**
   * Ends a key: the process that answers refuses it from now on, others within five seconds. `LAST_ADMIN` where nobody
   * could administer the installation any more.
   */
  @Delete(':id')
  @HttpCode(204)
  @RequireScope('admin')
  @Audited('key.revoked')
  @ApiProblems(404, 409)
  revoke(@Param('id', Id) id: number): Promise<void> {
    return this.keys.revoke(id);
  }

  /**
   * Gives a key another secret, which is in this answer and nowhere else. The present one may work on for a while. A key that
   * expired gets none (`KEY_EXPIRED`); one that was revoked is not there any more.
   */
  @Post(':id/rotate')
  @HttpCode(200)
  @RequireScope('admin')
  @Audited('key.rotated', 'with', { values: [...KEY_VALUES, 'old_secret_until'] })
  @ApiProblems(400, 404, 409)
  rotate(@Param('id', Id) id: number, @Body() { overlap = 0 }: RotateKey): Promise<CreatedKey> {
    return this.keys.rotate(id, overlap);
  }
}
