import { describe, expect, it } from '@jest/globals';
import { signedHeaders } from './aws-signature.js';

describe('a signature', () => {
  it('is the one that the published test suite of Signature Version 4 has for post-vanilla', () => {
    const credentials = {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      region: 'us-east-1',
      service: 'service',
    };
    const request = { url: new URL('https://example.amazonaws.com/'), body: '' };
    expect(signedHeaders(credentials, request, new Date('2015-08-30T12:36:00Z'))).toEqual({
      'x-amz-date': '20150830T123600Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
        'SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    });
  });
});
