import { defineEntity, p } from '@mikro-orm/core';
import type { Role } from './domain/role.js';

const UserSchema = defineEntity({
  name: 'User',
  tableName: 'app_user',
  uniques: [{ name: 'app_user_email_unique', properties: 'email' }],
  checks: [
    { name: 'app_user_email_lower', expression: 'email = lower(email)' },
    { name: 'app_user_role_known', expression: `role in ('admin', 'editor', 'viewer')` },
  ],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    email: p.text(),
    role: p.text().$type<Role>(),
    /** As `passwords` writes it; null for who has chosen none yet. */
    password: p.text().nullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
    signedInAt: p.datetime(6).nullable(),
  },
});

/** A person who works with the dashboard. The table is `app_user`, for `user` is a word of SQL's own. */
export class User extends UserSchema.class {}
UserSchema.setClass(User);

const UserSessionSchema = defineEntity({
  name: 'UserSession',
  tableName: 'user_session',
  uniques: [{ name: 'user_session_hash_unique', properties: 'hash' }],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    user: () =>
      p.manyToOne(User).mapToPk().deleteRule('cascade').updateRule('no action').index('user_session_user_id_index'),
    hash: p.text(),
    createdAt: p.datetime(6),
    /** When it was last used, exact to a few seconds. */
    seenAt: p.datetime(6),
    expiresAt: p.datetime(6),
  },
});

/** A browser in which somebody is signed in: only the hash of its cookie is stored. */
export class UserSession extends UserSessionSchema.class {}
UserSessionSchema.setClass(UserSession);

const SignInLinkSchema = defineEntity({
  name: 'SignInLink',
  tableName: 'sign_in_link',
  properties: {
    hash: p.text().primary(),
    user: () =>
      p.manyToOne(User).mapToPk().deleteRule('cascade').updateRule('no action').index('sign_in_link_user_id_index'),
    expiresAt: p.datetime(6),
  },
});

/** A link by which its user comes in once, without a password. */
export class SignInLink extends SignInLinkSchema.class {}
SignInLinkSchema.setClass(SignInLink);
