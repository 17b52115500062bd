import { expect, it } from '@jest/globals';
import { unpack } from './upload.js';

it('a file that is too large is refused as such, whoever asks', async () => {
  const mebibyte = Buffer.alloc(1024 * 1024, 'x');
  let taken = 0;
  const unpacking = unpack(
    (async function* () {
      for (let count = 0; count < 513; count += 1) yield mebibyte;
    })(),
    async (chunk) => void (taken += chunk.length),
  );
  await expect(unpacking).rejects.toMatchObject({ kind: 'too_large', code: 'BODY_TOO_LARGE' });
  expect(taken).toBe(512 * 1024 * 1024);
});
