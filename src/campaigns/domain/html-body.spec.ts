import { describe, expect, it } from '@jest/globals';
import { filled, soon } from '../../../test/support/hostile.js';
import { withHtmlFooter, withPreheader } from './footer.js';
import { atBegin, atEnd } from './html-body.js';
import { targetsOf } from './tracked-content.js';

describe('an addition to HTML', () => {
  it.each([
    ['<p>x</p>', '<p>x</p>+'],
    ['<BODY>x</Body ></html>', '<BODY>x+</Body ></html>'],
    ['<body>&lt;</body><!-- </body> --></body>', '<body>&lt;</body><!-- </body> -->+</body>'],
    ['İ<body>x</body>', 'İ<body>x+</body>'],
    ['x</bodyguard>', 'x</bodyguard>+'],
    ['<body>x</body><!-- end of </body> --></html>', '<body>x+</body><!-- end of </body> --></html>'],
    ['<body>x</body></html><!--[if mso]></body><![endif]-->', '<body>x+</body></html><!--[if mso]></body><![endif]-->'],
    ['<body>x</body><script>/*</body>*/</script>', '<body>x+</body><script>/*</body>*/</script>'],
    ['x<!-- todo', 'x+<!-- todo'],
    ['x<b>y<style>p{}', 'x<b>y+<style>p{}'],
    ['x<style>p{}</style>y', 'x<style>p{}</style>y+'],
    ['x<template>y', 'x+<template>y'],
  ])('goes to the end of the body of %s', (html, expected) => expect(atEnd(html, '+')).toBe(expected));

  it.each([
    ['<p>x</p>', '+<p>x</p>'],
    ['<html><BODY\n class="a">x</body>', '<html><BODY\n class="a">+x</body>'],
    ['İ<body>x</body>', 'İ<body>+x</body>'],
    ['<bodyguard><body>x', '<bodyguard><body>+x'],
    ['<body class="', '+<body class="'],
    ['<body data-x="a>b">x', '<body data-x="a>b">+x'],
    ['<!-- the <body> follows --><body>x', '<!-- the <body> follows --><body>+x'],
    ['<script>"<body>"</script><body>x', '<script>"<body>"</script><body>+x'],
    [
      '<!--[if mso]><body class="mso"><![endif]--><!--[if !mso]><!--><body id=a><!--<![endif]-->x',
      '<!--[if mso]><body class="mso"><![endif]--><!--[if !mso]><!--><body id=a>+<!--<![endif]-->x',
    ],
  ])('goes to the beginning of the body of %s', (html, expected) => expect(atBegin(html, '+')).toBe(expected));
});

describe('half a megabyte of what takes a careless search the square of it', () => {
  const words = { url: 'https://example.org/u', address: null };

  it.each([
    filled('</body>x'),
    filled('</body '),
    filled('</'),
    `</body${filled(' ')}`,
    filled('<!--'),
    filled('<style '),
    filled('<style></style'),
  ])('is gone through once for the footer', async (html) =>
    expect((await soon(() => withHtmlFooter(html, words))).length).toBeGreaterThan(html.length),
  );

  it.each([
    filled('<body '),
    filled('<body'),
    `<body ${filled('<')}`,
    filled('<body "'),
    `x${filled('<body a=\'"')}`,
    filled('<!--'),
  ])('is gone through once for the preheader', async (html) =>
    expect((await soon(() => withPreheader(html, 'Hello'))).length).toBeGreaterThan(html.length),
  );

  it('is gone through once for links', async () => {
    const inTag = `<a ${filled('x')} href="https://a.example/">`;
    expect(await soon(() => targetsOf(inTag, 'html'))).toEqual(['https://a.example/']);
    const inText = `https://b.example/ https://a.example/${filled('!')}x`;
    expect(await soon(() => targetsOf(inText, 'text'))).toEqual(['https://b.example/']);
  });
});
