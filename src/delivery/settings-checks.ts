import { applyDecorators } from '@nestjs/common';
import { IsString, Matches, MaxLength, MinLength, type ValidationArguments } from 'class-validator';

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

/** A key or password as it stands in a header: letters, digits and signs of ASCII. */
export const Token = () =>
  applyDecorators(IsString(), MaxLength(1_000), Matches(/^[\x21-\x7e]+$/, says('must be ASCII without spaces')));

/** A secret of Standard Webhooks: `whsec_` and at least 24 bytes in base64. */
export const WebhookSecret = () =>
  applyDecorators(
    IsString(),
    Matches(/^whsec_[A-Za-z0-9+/]{32,128}={0,2}$/, says('must be whsec_ and at least 24 bytes in base64')),
  );
