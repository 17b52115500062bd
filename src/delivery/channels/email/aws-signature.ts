import { createHash, createHmac } from 'node:crypto';

/** Who calls which service where. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  service: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SIGNED = 'host;x-amz-date';

/** The headers that sign a request without a query, by AWS Signature Version 4. */
export function signedHeaders(
  { accessKeyId, secretAccessKey, region, service }: AwsCredentials,
  { method, url, body }: { method: 'GET' | 'POST'; url: URL; body: string },
  now: Date,
): { 'x-amz-date': string; authorization: string } {
  const time = now.toISOString().replace(/[:-]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const request = [method, url.pathname, '', `host:${url.host}`, `x-amz-date:${time}`, '', SIGNED, digest(body)];
  const toSign = [ALGORITHM, time, scope, digest(request.join('\n'))].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce(mac, Buffer.from(`AWS4${secretAccessKey}`));
  const signature = mac(key, toSign).toString('hex');
  return {
    'x-amz-date': time,
    authorization: `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${SIGNED}, Signature=${signature}`,
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const mac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
