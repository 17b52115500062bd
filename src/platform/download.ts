import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';

/** Text that is made while it is read: no more of it than the reader has asked for, and no more once the reader goes. */
export function download(parts: AsyncGenerator<string>, type: string, filename: string): StreamableFile {
  const stream = Readable.from(parts, { highWaterMark: 1 });
  return new StreamableFile(stream, { type, disposition: `attachment; filename="${filename}"` });
}
