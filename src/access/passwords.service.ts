import { randomBytes, scrypt as scryptWithCallback, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';

const scrypt = promisify(scryptWithCallback) as (
  password: string,
  salt: Buffer,
  length: number,
  options: object,
) => Promise<Buffer>;

/** As OWASP asks of scrypt: with N = 2^15 (PASSWORD_COST) 32 MB and about 0.2 s for each try. */
const [R, P, BYTES] = [8, 3, 32];

/** Passwords, kept by scrypt as `scrypt$15$8$3$salt$hash`: each with the cost of its day. */
@Injectable()
export class PasswordsService {
  constructor(private readonly config: Config) {}

  /** A password as it is kept. */
  async hash(password: string): Promise<string> {
    const [log, salt] = [this.config.PASSWORD_COST, randomBytes(16)];
    const hash = await derive(password, salt, log, R, P);
    return ['scrypt', log, R, P, salt.toString('base64url'), hash.toString('base64url')].join('$');
  }

  /** Whether this is the password that was kept. Where none was, as for an unknown user, no faster: false. */
  async isRight(password: string, kept: string | null): Promise<boolean> {
    const nobody = ['scrypt', this.config.PASSWORD_COST, R, P, 'A'.repeat(22), 'A'.repeat(43)].join('$');
    const [, log, r, p, salt, hash] = (kept ?? nobody).split('$');
    const found = await derive(password, Buffer.from(salt!, 'base64url'), Number(log), Number(r), Number(p));
    return timingSafeEqual(found, Buffer.from(hash!, 'base64url')) && kept !== null;
  }
}

const derive = (password: string, salt: Buffer, log: number, r: number, p: number): Promise<Buffer> =>
  scrypt(password.normalize('NFKC'), salt, BYTES, { N: 2 ** log, r, p, maxmem: 2 ** log * r * 256 });
