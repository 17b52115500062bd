import { applyDecorators } from '@nestjs/common';
import { IsString, Matches, MaxLength, MinLength, ValidateBy, type ValidationArguments } from 'class-validator';

const ENDPOINT = /^https?:\/\/(?![^/]*@)[^\s/?#]+[^\s?#]*$/;
const HTTP_URL = /^https?:\/\/(?![^/]*@)[^\s/?#]+[^\s#]*$/;

const says = (words: string) => ({ message: ({ property }: ValidationArguments) => `${property} ${words}` });

/** One line of text, not empty. */
export const OneLine = (most: number) =>
  applyDecorators(IsString(), MinLength(1), MaxLength(most), Matches(/^\P{Cc}*$/u, says('must be one line')));

/** The URL of somebody's service. */
export const ServiceUrl = () =>
  applyDecorators(
    IsString(),
    MaxLength(2_000),
    Matches(HTTP_URL, says('must be an https:// or http:// URL without a password in it')),
  );

/** Where the API of a vendor is; the paths of its calls are put behind it. */
export const Endpoint = () =>
  applyDecorators(
    IsString(),
    MaxLength(2_000),
    Matches(ENDPOINT, says('must be an https:// or http:// URL without a password or a query in it')),
  );

/** A key or password as it stands in a header: letters, digits and signs of ASCII. */
export const Token = () =>
  applyDecorators(IsString(), MaxLength(1_000), Matches(/^[\x21-\x7e]+$/, says('must be ASCII without spaces')));

/** A secret of Standard Webhooks: `whsec_` and at least 24 bytes in base64. */
export const WebhookSecret = () =>
  applyDecorators(
    IsString(),
    Matches(/^whsec_[A-Za-z0-9+/]{32,128}={0,2}$/, says('must be whsec_ and at least 24 bytes in base64')),
  );

/** Up to 20 names, each with a text of up to 1,000 characters. */
export const TextValues = () =>
  ValidateBy({
    name: 'textValues',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.keys(value).length <= 20 &&
        Object.values(value).every((text) => typeof text === 'string' && text.length <= 1_000),
      defaultMessage: (args) => `${args!.property} must be an object of up to 20 names, each with a text`,
    },
  });
