export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says that the process is alive, whatever the database does. */
        get: operations["health_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Says whether the process can serve: 503 while the database does not answer or does not let it read its tables, and once the
         *     process is to end.
         */
        get: operations["health_ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the keys in the order they were made, with how they begin and when they were last used. */
        get: operations["keys_list"];
        put?: never;
        /**
         * Makes an API key. It is in this answer and nowhere else, so there is no `Idempotency-Key`: where the answer was lost,
         *     revoke the key and make another.
         */
        post: operations["keys_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Ends a key: the process that answers refuses it from now on, others within five seconds. `LAST_ADMIN` where nobody
         *     could administer the installation any more.
         */
        delete: operations["keys_revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gives a key another secret, which is in this answer and nowhere else. The present one may work on for a while. A key that
         *     expired gets none (`KEY_EXPIRED`); one that was revoked is not there any more.
         */
        post: operations["keys_rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Signs in by address and password; the session is the cookie of the answer. It ends after 12 hours without use, and after
         *     7 days in any case. Failures slow down what follows (429 `TOO_MANY_SIGN_INS` with `Retry-After`), and stand in the audit
         *     log as `session.refused`: of each caller and hour the first, the first that was held off, and each tenfold.
         */
        post: operations["sessions_begin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in by a link, which works once, and sets a password where one is given. */
        post: operations["sessions_beginByLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who sends this request, and what they may do. */
        get: operations["sessions_current"];
        put?: never;
        post?: never;
        /** Signs out: ends the session of the cookie. */
        delete: operations["sessions_end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the users in the order they were made. */
        get: operations["users_list"];
        put?: never;
        /** Makes a user. They come in by a link (`POST /users/{id}/link`) and choose a password there. */
        post: operations["users_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes one's own password, by the present one; every other session of the user ends. */
        put: operations["users_changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Deletes a user; their sessions end. */
        delete: operations["users_delete"];
        options?: never;
        head?: never;
        /** Changes a user's address or role; another role ends their sessions, and either their link. */
        patch: operations["users_update"];
        trace?: never;
    };
    "/users/{id}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a link by which the user comes in once, within 24 hours, and may set a password. Earlier ones stop working. */
        post: operations["users_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists who did what, newest first. Nothing in it can be changed; `cli audit verify` checks that nothing was. */
        get: operations["audit_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists contacts in the order they were made. A search that takes longer than some seconds is too wide: SEARCH_TOO_WIDE. */
        get: operations["contacts_list"];
        /**
         * Creates a contact (201), or changes the given fields of the one that is known by its external_id, email or phone (200):
         *     the first of them that is given, or the one that `by` names. One whose external_id is new is given to the contact that has
         *     its email, or else its phone, unless that has an external_id already.
         */
        put: operations["contacts_put"];
        /** Creates a contact. */
        post: operations["contacts_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contacts/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Creates or updates up to 10,000 contacts: all of them, or none when one is wrong. What one of them gives up, such as its
         *     email, another may be given; what is another contact's is answered with its place (CONTACT_EXISTS).
         */
        post: operations["contacts_bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contacts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a contact. */
        get: operations["contacts_get"];
        put?: never;
        post?: never;
        /** Deletes a contact; running runs leave it out from their next window on. */
        delete: operations["contacts_delete"];
        options?: never;
        head?: never;
        /** Changes the given fields of a contact; `If-Match` guards against overwriting somebody else's change. */
        patch: operations["contacts_update"];
        trace?: never;
    };
    "/contacts/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Downloads contacts as CSV or NDJSON, in the order they were made. The columns are always the same: attributes and push
         *     subscriptions are one column of JSON each, segments have `;` between. The file imports again to the same contacts.
         */
        get: operations["contactsexport_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists imports, newest first. */
        get: operations["imports_list"];
        put?: never;
        /**
         * Takes a file of contacts and imports it in the background: CSV with a header (`,`, `;` or tab, UTF-8), or NDJSON, plain
         *     or packed with gzip. Contacts that are known by external_id, email or phone (the first that a row has) are changed,
         *     others are made. What a row leaves empty stays as it is; unknown columns become attributes, and attributes are added to
         *     those there are. Rows that are wrong are left out, counted and kept. At most 512 MiB unpacked and 5,000,000 rows, of 100
         *     columns, 524,288 characters a row and 262,144 a field.
         */
        post: operations["imports_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows an import and how far it is. */
        get: operations["imports_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}/rejected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Downloads the first 1,000 rows that were refused, with their line and the reason, as CSV in the columns of the file, or as
         *     NDJSON (`format` or `Accept`): each record with the members `import_line` and `import_reason`, which an import leaves out.
         *     Corrected, it can be uploaded as it is, rows of NDJSON as NDJSON. They are kept for 30 days from the end of the import, unless REJECTION_RETENTION_DAYS says otherwise; those that name a contact's
         *     address go when it is erased.
         */
        get: operations["imports_rejected"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends an import. Contacts that it has written until then stay. */
        post: operations["imports_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contacts/{id}/consent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows where a contact stands on each channel, since when, and who said so. */
        get: operations["personaldata_consent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contacts/{id}/consent/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists everything that was said about a contact's consent, the newest first. */
        get: operations["personaldata_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contacts/{id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The links by which a contact acts for itself. For administrators, and recorded: whoever has one can speak as the person, and
         *     bring back who opted out. Campaigns put them into their messages by themselves (`{{ preferences_url }}`).
         */
        get: operations["personaldata_links"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contacts/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that is kept about a contact, for the person to have. Of one that was deleted there is none: what is left is
         *     under an id that leads to no person any more, so that nobody could say whose it is; erasing it takes that as well.
         */
        get: operations["personaldata_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contacts/{id}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erases a contact: everything about the person goes, running runs leave it out from their next window on, and its addresses
         *     stay suppressed as HMACs. Imports uploaded before refuse its rows; one uploaded afterwards, which is a new word on the person,
         *     makes a contact again that is suppressed on every channel. A contact that was deleted is erased as well, by the addresses it
         *     had then; addresses it had given up earlier are not known any more. Counts and outcomes remain under its id. It cannot be
         *     undone; again, it changes nothing.
         */
        post: operations["personaldata_erase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/segments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists segments with their sizes. */
        get: operations["segments_list"];
        put?: never;
        /**
         * Creates a segment: static, contacts join it by `segments` on the contact; or with a `rule`, and whoever fits it is in
         *     it at every moment.
         */
        post: operations["segments_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/segments/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Shows whom a rule has at this moment: their count, or an estimate where counting takes too long, and ten of them. */
        post: operations["segments_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/segments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a segment. */
        get: operations["segments_get"];
        put?: never;
        post?: never;
        /** Deletes a segment and its memberships, not its contacts; refused while a campaign or another segment's rule names it. */
        delete: operations["segments_delete"];
        options?: never;
        head?: never;
        /** Changes name, description or rule; runs that are open keep what they were opened with. */
        patch: operations["segments_update"];
        trace?: never;
    };
    "/suppressions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the entries in the order they were made. */
        get: operations["suppressions_list"];
        put?: never;
        /**
         * Suppresses an address. Once this is answered no window that begins sends to it, whichever contact has it now or later;
         *     they are `skipped` with the reason `suppressed`.
         */
        post: operations["suppressions_create"];
        /**
         * Takes back the entries of up to 10,000 addresses; those that are not on the list are passed over. Entries for `complaint`
         *     and `erasure` need a `note`.
         */
        delete: operations["suppressions_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/suppressions/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Suppresses up to 10,000 addresses: all of them, or none when one is wrong. */
        post: operations["suppressions_bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows what ran and what will, day by day in a time zone, over all campaigns: how often each, and when first. */
        get: operations["calendar_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists campaigns in the order they were made. */
        get: operations["campaigns_list"];
        put?: never;
        /** Creates a campaign. Unless it is a draft it starts waiting for its time at once. */
        post: operations["campaigns_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a campaign. */
        get: operations["campaigns_get"];
        put?: never;
        post?: never;
        /** Takes a campaign out of the lists; its runs stay readable. Refused while one is going. */
        delete: operations["campaigns_delete"];
        options?: never;
        head?: never;
        /** Changes the given fields; they apply to runs that open later. */
        patch: operations["campaigns_update"];
        trace?: never;
    };
    "/campaigns/{id}/reschedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Gives a campaign another time; a completed one-time campaign will run again. */
        patch: operations["campaigns_reschedule"];
        trace?: never;
    };
    "/campaigns/{id}/launch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Puts a draft onto its schedule, or runs a waiting campaign now. */
        post: operations["campaigns_launch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops opening and sending within one window; what is in flight is still recorded. */
        post: operations["campaigns_pause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Goes on where the pause began; occurrences that passed meanwhile are recorded as missed. A one-time campaign is
         *     carried out late, unless its `misfire` is `skip`.
         */
        post: operations["campaigns_resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a campaign; recipients not yet sent to are skipped as cancelled, occurrences that were due are recorded as missed. */
        post: operations["campaigns_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/occurrences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows when the campaign is due next, from its anchor or now, whichever is later, and what DST or a month end bends. */
        get: operations["campaigns_occurrences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists what the campaign said since it was made, newest first: when, by whom, and what changed. */
        get: operations["campaignversions_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/versions/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Compares two versions, field by field and line by line. */
        get: operations["campaignversions_diff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/versions/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a version. Runs name theirs as `content_version`. */
        get: operations["campaignversions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/versions/{number}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes the campaign say again what it said in that version; this is an edit, and makes a new version. */
        post: operations["campaignversions_restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/missing-variables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Counts for how many contacts of the audience each variable is empty that the message prints without a default:
         *     `{{ first_name | default: "friend" }}` leaves no gap. Who has no address gets no message, and is not counted.
         */
        get: operations["missingvariables_of"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/retry-failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends again to exactly those that failed, as one more try each; whoever opted out since is skipped. A completed run
         *     is open again until they have their new outcome. Refused for a cancelled one.
         */
        post: operations["corrections_retryFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/in-doubt/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends again to those in doubt; who got the first message gets a second one. Refused for a cancelled run. */
        post: operations["corrections_resend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/in-doubt/settle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Settles those in doubt as `sent` or `failed`, by somebody who knows, e.g. from the provider's own log. */
        post: operations["corrections_settle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/deliveries/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Downloads what became of each recipient as CSV or NDJSON, in the order of contact ids; of the tries that failed CSV has
         *     the last one's code and the provider's words. Refused with `LEDGER_DROPPED` like the list.
         */
        get: operations["deliveriesexport_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes what providers say after the fact, up to 1,000 items, and answers each in the same order. `accepted` makes a
         *     recipient `sent` who was in doubt, failed or skipped; `refused` settles a doubt to `failed`; `sent` never goes back.
         *     The same evidence may come any number of times.
         */
        post: operations["evidence_accept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Answers each rule in the order in which the engine asks it: with `contact_id` why this contact got the message or not,
         *     without it why the campaign has not started or does not go on.
         */
        get: operations["explanation_explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contacts/{id}/opt-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks a person to confirm (double opt-in): the channel is `pending` and not sent to until the link of this message is
         *     confirmed. A call sends a message, within the limits of the channel's provider; the same address is asked once an hour at
         *     most (429 `OPT_IN_ASKED` with `Retry-After`, and the link of the message before stays good).
         */
        post: operations["optin_request"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Shows a message that is not saved, as it would be sent: for an editor. */
        post: operations["preview_unsaved"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Shows a campaign's message, or that of a variant, as one contact would get it; nothing is sent. */
        post: operations["preview_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/preview.html": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as a page for a frame, under headers that let it run nothing and reach nothing but images. */
        get: operations["preview_page"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the accounts through which messages leave, and how they fare: their limits and their use, and whether and why they
         *     are put off. Those of the environment come first and are read-only.
         */
        get: operations["providers_list"];
        put?: never;
        /** Adds an account. Every process sends through it within a second; nothing is restarted. */
        post: operations["providers_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/providers/vapid-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a pair of keys (VAPID) for an account of kind `web_push`. They are not kept: give them to `POST /providers`. */
        post: operations["providers_vapidKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/providers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows an account. */
        get: operations["providers_get"];
        put?: never;
        post?: never;
        /** Deletes an account and its secrets; refused while a campaign, an open run or another account needs it. */
        delete: operations["providers_delete"];
        options?: never;
        head?: never;
        /** Changes an account, from the next message on. One that was put off is asked again at once. */
        patch: operations["providers_update"];
        trace?: never;
    };
    "/providers/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends one real message through an account and tells what became of it, whatever the provider did. */
        post: operations["providers_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/audience": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows whom a run is for, with the rules as they were when it opened, how many that are, and how many were added and
         *     removed since the run before. With `contact_id` it tells of that contact alone; with `change` it lists ids of contacts,
         *     in pages. Refused with `LEDGER_DROPPED` for a run that is older than this is kept (`RETENTION_DAYS`).
         */
        get: operations["runaudience_of"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the runs of a campaign, newest first; skipped and missed occurrences are among them with their reason. */
        get: operations["runs_ofCampaign"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a run with its counts. */
        get: operations["runs_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists what became of each recipient, with every failed try and the provider's words. Refused with `LEDGER_DROPPED` for
         *     a run that is older than this is kept (`RETENTION_DAYS`).
         */
        get: operations["runs_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contacts/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists what became of a contact, the newest run first. Where it is still pending it has no outcome, and runs that are older
         *     than this is kept (`RETENTION_DAYS`) are not among them.
         */
        get: operations["runs_ofContact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/reconciliation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Recomputes the run's counts from the ledger, compares run, batches and ledger, and names any difference. Where the
         *     ledger was dropped there is nothing to compare, and it says since when.
         */
        get: operations["runs_reconciliation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sandbox/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the last 1,000 messages that the sandbox accepted in this process, newest first. Whoever may only read gets them
         *     without what their recipients' links act by.
         */
        get: operations["sandbox_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/test-send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends the campaign's message to a few addresses, written as for the contact that is named, and tells what became of
         *     each. It goes through the campaign's own account and its limits, is in no count, and its links change nothing. Where
         *     one of the addresses is suppressed the call is refused and nobody is sent to; so it is where more than 100 messages would
         *     be sent for tests within an hour, by all callers together (429 `TEST_QUOTA_USED` with `Retry-After`).
         */
        post: operations["testsend_send"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/winner": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Chooses which variant those get who wait for the winner, before the time at which the engine decides or after it decided
         *     nothing; once. A paused run sends it when it is resumed. Refused with `WINNER_DECIDED`, with `NOBODY_WAITS` where all take
         *     part in the test, and with `TOO_LATE_TO_DECIDE` for a run that is over.
         */
        post: operations["winner_choose"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inbound/{account}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Where the provider of an account reports what became of messages, and what people text back: give it
         *     `<PUBLIC_URL>/inbound/<account>` as its webhook. It needs no key of ours: each provider proves itself in its own way, with
         *     what the account knows of it. The same call again changes nothing, and calls may come in any order.
         */
        post: operations["inbound_take"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inbound/mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes one email as it came in, at most 16 MiB: a delivery status notification (RFC 3464), a complaint of a feedback loop (RFC 5965), or
         *     anything else, which changes nothing. Let your mail server hand over here what comes to BOUNCE_DOMAIN: the address tells
         *     which message came back, and where it has none, the Message-ID. The same email again changes nothing.
         */
        post: operations["mail_take"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists what providers reported about messages, the newest first. It is kept for REPORT_RETENTION_DAYS. */
        get: operations["reports_reports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/totals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts what was reported about the messages of a run; without one, what is about no message of this installation. */
        get: operations["reports_totals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/replies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the texts that people sent, the newest first. STOP and START were obeyed when they came; nothing else is acted on. */
        get: operations["reports_replies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Puts campaigns side by side, in the order they are named, with their rates and how sure these are. */
        get: operations["comparison_compare"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/analysis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows everything about how a campaign went, or one of its runs, as of one moment: what Analyse is drawn from. */
        get: operations["analysis_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists how every campaign went, over all of its runs. */
        get: operations["analytics_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/{campaign_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows how one campaign went, run by run. */
        get: operations["analytics_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/click-heat-map": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows at which hours of which weekdays links of a campaign were followed. */
        get: operations["clicks_heatMapOfCampaign"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/click-heat-map": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows at which hours of which weekdays links of a run were followed. Refused with `LEDGER_DROPPED` like its deliveries. */
        get: operations["clicks_heatMapOfRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/time-to-click": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows how long after they were sent to a campaign's recipients first followed a link. */
        get: operations["clicks_waitsOfCampaign"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/time-to-click": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows how long after they were sent to a run's recipients first followed a link. Refused with `LEDGER_DROPPED` like its deliveries. */
        get: operations["clicks_waitsOfRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/cohort": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists a campaign's runs as each was at the same age, newest first, so that young ones compare fairly with old ones. Runs
         *     that were not carried out, or of which only totals are left, are not among them. CSV has one page, too.
         */
        get: operations["cohort_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/failures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows why a campaign's recipients failed, the most frequent reason first, and what trying again came to. CSV has the reasons, or the tries. */
        get: operations["failures_ofCampaign"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/failures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows why a run's recipients failed, and what trying again came to, likewise. Refused with `LEDGER_DROPPED` like its deliveries. */
        get: operations["failures_ofRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Says what to expect of the next run: who would get it and who would not and why, counted now; when it would be
         *     through, what leaves in each hour and how many SMS segments, estimated; the next occurrences; and what about the
         *     campaign was probably not meant. Changes nothing.
         */
        post: operations["forecast_forecast"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/lint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists what about a campaign is allowed and probably not meant; the forecast's warnings alone. */
        get: operations["forecast_lint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the links of a campaign's messages that are counted, with how often each was followed, in all and run by run.
         *     Links of a content version appear when its first run is sent.
         */
        get: operations["links_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/rescore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Judges every hit of a campaign anew: whether it was a person or a machine, by the rules of this version. Opens and clicks
         *     follow. Hits come to the same however often they are judged; runs whose ledger was dropped keep their numbers.
         */
        post: operations["links_rescore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows what goes on over all campaigns, also those that were deleted since: what was sent, failed, opened and clicked in a period and the one before, what
         *     runs now and next, why recipients failed, how providers fare. One snapshot of counters: its parts never disagree. CSV has
         *     the timeline.
         */
        get: operations["overview_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows what became of a campaign's recipients by minute, hour or day, over all of its runs. */
        get: operations["timeline_ofCampaign"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows what became of a run's recipients by minute, hour or day. Refused with `LEDGER_DROPPED` like its deliveries. */
        get: operations["timeline_ofRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/variants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows how the variants of a run fare, who waits for the winner, who is held out, and what was decided; the last numbers of
         *     a run whose ledger was dropped. Refused with `NO_VARIANTS` for a run without.
         */
        get: operations["variants_ofRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/variants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the same for every run of a campaign that has variants, newest first; each is a test of its own. */
        get: operations["variants_ofCampaign"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the endpoints in the order they were made. For administrators: the URL of many a service is its secret. */
        get: operations["webhooks_list"];
        put?: never;
        /**
         * Adds an endpoint that is told what happens, from a second later on. Its secret is in this answer and nowhere else, so
         *     there is no `Idempotency-Key`: where the answer was lost, delete the endpoint and make another.
         */
        post: operations["webhooks_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows an endpoint. For administrators, as the list. */
        get: operations["webhooks_get"];
        put?: never;
        post?: never;
        /** Deletes an endpoint, with everything it was and is to be told. */
        delete: operations["webhooks_delete"];
        options?: never;
        head?: never;
        /** Changes an endpoint, pauses it or lets it go on. */
        patch: operations["webhooks_update"];
        trace?: never;
    };
    "/webhooks/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gives an endpoint another secret, which is in this answer and nowhere else. For a day events carry two signatures, the
         *     other one by the secret before.
         */
        post: operations["webhooks_rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists what an endpoint was and is to be told, the newest first. It is kept for WEBHOOK_RETENTION_DAYS. */
        get: operations["webhookdeliveries_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a `webhook.test` at once, also to a paused endpoint, and tells what became of it. It is tried once. */
        post: operations["webhookdeliveries_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends what happened since a moment and was not taken yet: what was given up, and what waits for another try; no tests. */
        post: operations["webhookdeliveries_replaySince"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}/deliveries/{delivery_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends something once more, with the same `webhook-id`, also what was taken; a test is tried once. Refused while it is on its way. */
        post: operations["webhookdeliveries_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts and measures of this process and of the engine, in Prometheus's text format. */
        get: operations["metrics_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/system": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows how the machinery stands: which processes are there and what they do, what waits and how late it is, what is in doubt,
         *     how the database fares, and what of it wants looking after.
         */
        get: operations["system_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/seed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes the demo segments, contacts and campaigns where they are missing; repeating it changes nothing. */
        post: operations["seed_seed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/simulate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plays the campaign's next days with the engine itself, on copies of the campaign and its contacts: a virtual clock
         *     that leaps from event to event, sandbox providers, repeatable chance. Nothing of it is visible outside. The
         *     sandbox stands for the campaign's account, with its limits. At most
         *     5,000 occurrences and 1,000,000 messages; one simulation runs at a time.
         */
        post: operations["simulation_simulate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        LiveResponse: {
            /** @example ok */
            status: string;
        };
        ProblemField: {
            /**
             * @description JSON pointer into the request's body.
             * @example /interval
             */
            pointer: string;
            /** @example interval must not be less than 1 */
            message: string;
            /**
             * @description Stable; where what is wrong is more than a wrong value.
             * @example NO_POSTAL_ADDRESS
             */
            code?: string;
        };
        ProblemResponse: {
            /** @example urn:campanile:problem:validation-failed */
            type: string;
            /** @example The request is not valid */
            title: string;
            /** @example 400 */
            status: number;
            /**
             * @description Stable; for programs.
             * @example VALIDATION_FAILED
             */
            code: string;
            /** @description For people. */
            detail: string;
            /** @example /campaigns/ */
            instance: string;
            /**
             * @description What the log calls this request; also in the header `X-Request-Id`.
             * @example 3f0c6f3e-0a51-4a55-9d4e-1d3b8f1f6a39
             */
            request_id: string;
            errors?: components["schemas"]["ProblemField"][];
        };
        ReadyResponse: {
            /** @example ok */
            status: string;
            /** @description Each thing it needs, with its state. */
            details: Record<string, never>;
        };
        CreateKey: {
            /**
             * @description What it is for.
             * @example CRM sync
             */
            name: string;
            /**
             * @description What it may do; a wider scope includes the narrower ones.
             * @example [
             *       "write"
             *     ]
             */
            scopes: ("read" | "write" | "admin")[];
            /**
             * Format: date-time
             * @description From when on it is refused; without it, never.
             */
            expires_at?: string | null;
            /**
             * @description From where it may be used: up to 50 IP addresses and networks in CIDR notation; without it, from anywhere. Behind a proxy
             *     it is the address that a trusted one tells (`TRUSTED_PROXIES`).
             * @example [
             *       "203.0.113.0/24",
             *       "2001:db8::/32"
             *     ]
             */
            networks?: string[] | null;
        };
        CreatedKey: {
            /** @example ck_live_5xQaVd8a2yXoVQ0oJb9m1vCqzJ0mXwKk3v8r1sZ7f6E */
            key: string;
            /** @example 3 */
            id: number;
            /** @example CRM sync */
            name: string;
            /**
             * @description How it begins.
             * @example ck_live_5xQa
             */
            prefix: string;
            scopes: ("read" | "write" | "admin")[];
            /**
             * @description From where it may be used; null for from anywhere. Elsewhere it is refused: 403 `NETWORK_REFUSED`.
             * @example [
             *       "203.0.113.0/24"
             *     ]
             */
            networks: string[] | null;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description From when on it is refused; null for never.
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description When it was last used, exact to a few seconds; null for never.
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description Until when the secret before the last rotation works; null where it does not.
             */
            old_secret_until: string | null;
        };
        KeyResponse: {
            /** @example 3 */
            id: number;
            /** @example CRM sync */
            name: string;
            /**
             * @description How it begins.
             * @example ck_live_5xQa
             */
            prefix: string;
            scopes: ("read" | "write" | "admin")[];
            /**
             * @description From where it may be used; null for from anywhere. Elsewhere it is refused: 403 `NETWORK_REFUSED`.
             * @example [
             *       "203.0.113.0/24"
             *     ]
             */
            networks: string[] | null;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description From when on it is refused; null for never.
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description When it was last used, exact to a few seconds; null for never.
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description Until when the secret before the last rotation works; null where it does not.
             */
            old_secret_until: string | null;
        };
        RotateKey: {
            /**
             * @description How many seconds the present secret works on; without it, none. A week at most.
             * @example 3600
             */
            overlap?: number;
        };
        SignIn: {
            /**
             * Format: email
             * @example ann@example.com
             */
            email: string;
            /** @example correct horse battery */
            password: string;
        };
        SessionResponse: {
            /** @enum {string} */
            kind: "key" | "user";
            /** @example 1 */
            id: number;
            /**
             * @description The user's address, or the key's name.
             * @example ann@example.com
             */
            name: string;
            scopes: ("read" | "write" | "admin")[];
        };
        SignInByLink: {
            /** @description What stands behind `#link=` in it. */
            token: string;
            /**
             * @description The password by which the user comes in from now on; all other sessions end. Without it the present one stays.
             * @example correct horse battery
             */
            password?: string;
        };
        CreateUser: {
            /**
             * Format: email
             * @example ann@example.com
             */
            email: string;
            /**
             * @description What they may do: everything, change things, or look.
             * @example editor
             * @enum {string}
             */
            role: "admin" | "editor" | "viewer";
        };
        UserResponse: {
            /** @example 1 */
            id: number;
            /** @example ann@example.com */
            email: string;
            /** @enum {string} */
            role: "admin" | "editor" | "viewer";
            /** @description Whether they have chosen one; else they come in by a link. */
            has_password: boolean;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description Null for never.
             */
            signed_in_at: string | null;
        };
        ChangePassword: {
            /** @description The present one; left out by who has none yet. */
            password?: string;
            /** @example correct horse battery */
            new_password: string;
        };
        UpdateUser: {
            /**
             * Format: email
             * @example ann@example.com
             */
            email?: string;
            /**
             * @example viewer
             * @enum {string}
             */
            role?: "admin" | "editor" | "viewer";
        };
        SignInLinkResponse: {
            /** @example http://127.0.0.1:3000/dashboard/#link=5xQaVd8a2yXoVQ0oJb9m1vCqzJ0mXwKk3v8r1sZ7f6E */
            url: string;
            /**
             * Format: date-time
             * @description From when on it is worth nothing.
             */
            expires_at: string;
        };
        AuditActor: {
            /** @enum {string} */
            kind: "key" | "user" | "cli" | "system";
            /** @description Of the key or user; null for who has none. */
            id: number | null;
            /**
             * @description The key's name, the user's address, or the account at the terminal.
             * @example first key
             */
            name: string;
        };
        AuditEntryResponse: {
            /**
             * @description Its place in the chain; there are no gaps.
             * @example 42
             */
            id: number;
            /** Format: date-time */
            at: string;
            actor: components["schemas"]["AuditActor"];
            /** @example campaign.launched */
            action: string;
            /** @example campaign */
            target: string;
            /**
             * @description Null where the act was about no single one.
             * @example 7
             */
            target_id: string | null;
            /** @description The id of the request; null for what came by no request. */
            request_id: string | null;
            /**
             * @description From where the request came; behind a proxy, as a trusted one tells. Null for what came by no request.
             * @example 203.0.113.5
             */
            address: string | null;
            /**
             * @description Which fields were given, and how many things it was about; in `values` what somebody may do from then on: scopes, networks,
             *     role, end. Never secrets, and nothing of contacts.
             */
            details: {
                [key: string]: unknown;
            };
            /** @description SHA-256 over the hash before it and this entry. */
            hash: string;
        };
        PushKeys: {
            /** @example BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM */
            p256dh: string;
            /** @example tBHItJI5svbpez7KI4CCXg */
            auth: string;
        };
        PushSubscription: {
            /**
             * Format: uri
             * @example https://push.example.com/send/abc
             */
            endpoint?: string;
            /** @description When the subscription ends by itself, in milliseconds since 1970, where the browser says so. */
            expirationTime?: number | null;
            keys?: components["schemas"]["PushKeys"];
            /** @example fcm-or-apns-token */
            token?: string;
            /**
             * @example android
             * @enum {string}
             */
            platform?: "ios" | "android" | "web";
            /**
             * @description When it was registered. One that a push service calls gone is removed; the same one registered anew, at another
             *     moment, stays.
             * @example 2026-11-28T10:00:00Z
             */
            registered_at?: string | null;
        };
        ConsentFields: {
            /**
             * @example subscribed
             * @enum {string}
             */
            email?: "subscribed" | "unsubscribed" | "pending";
            /** @enum {string} */
            sms?: "subscribed" | "unsubscribed" | "pending";
            /** @enum {string} */
            push?: "subscribed" | "unsubscribed" | "pending";
            /**
             * @description Where it was given or withdrawn; goes into the history.
             * @example sign-up form
             */
            source?: string;
            /**
             * @description Which wording was agreed to; goes into the history.
             * @example 2026-03
             */
            text_version?: string;
        };
        CreateContact: {
            /**
             * @description Your own identifier of this person; not blank.
             * @example crm-4711
             */
            external_id?: string | null;
            /**
             * @description Stored trimmed, in lower case, and with its domain in ASCII (`xn--`); unique.
             * @example ada@example.com
             */
            email?: string | null;
            /**
             * @description Stored in international form (E.164); unique. Without a country code it is one of `DEFAULT_COUNTRY`, if that is set. One
             *     with an extension is refused.
             * @example +4915112345678
             */
            phone?: string | null;
            /** @description Browsers' push subscriptions as they give them, or devices' tokens. A message goes to each that the account speaks to; what a push service calls gone is removed. */
            push_subscriptions?: components["schemas"]["PushSubscription"][];
            /** @example Ada */
            first_name?: string | null;
            /** @example Lovelace */
            last_name?: string | null;
            /** @example en-GB */
            locale?: string | null;
            /**
             * @description Name of the time zone database (IANA), in any case: an area and a place, or an alias; an offset such as +05:30 is none.
             * @example Europe/London
             */
            time_zone?: string | null;
            /**
             * @description Anything else worth knowing, for templates and segments: at most 16,384 characters of JSON, eight levels deep.
             * @example {
             *       "plan": "pro"
             *     }
             */
            attributes?: {
                [key: string]: unknown;
            };
            consent?: components["schemas"]["ConsentFields"];
            /**
             * @description Names of the static segments this contact belongs to, up to 1,000; replaces the present ones.
             * @example [
             *       "tech"
             *     ]
             */
            segments?: string[];
        };
        ConsentResponse: {
            /** @enum {string} */
            email: "unsubscribed" | "subscribed" | "pending";
            /** @enum {string} */
            sms: "unsubscribed" | "subscribed" | "pending";
            /** @enum {string} */
            push: "unsubscribed" | "subscribed" | "pending";
        };
        ContactResponse: {
            /** @example 17 */
            id: number;
            external_id: string | null;
            /** @example ada@example.com */
            email: string | null;
            /** @example +4915112345678 */
            phone: string | null;
            push_subscriptions: components["schemas"]["PushSubscription"][];
            /** @example Ada */
            first_name: string | null;
            /** @example Lovelace */
            last_name: string | null;
            locale: string | null;
            time_zone: string | null;
            attributes: {
                [key: string]: unknown;
            };
            consent: components["schemas"]["ConsentResponse"];
            /**
             * @description The channels on which its present address is suppressed: nothing is sent there.
             * @example [
             *       "sms"
             *     ]
             */
            suppressed: ("push" | "email" | "sms")[];
            /**
             * @example [
             *       "tech"
             *     ]
             */
            segments: string[];
            /** @description Rises with every change; the ETag. */
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        BulkContacts: {
            /** @description Up to 10,000, in a body of at most 16 MiB: contacts with long attributes are sent in several calls, or as an import. */
            contacts: components["schemas"]["CreateContact"][];
        };
        BulkResult: {
            /** @example 998 */
            created: number;
            /** @example 2 */
            updated: number;
            /**
             * @description How many of them were to be subscribed to a channel that they opted out of themselves, and stay as they are there; not
             *     said where nobody was.
             * @example 1
             */
            opted_out?: number;
        };
        UpdateContact: {
            /**
             * @description Your own identifier of this person; not blank.
             * @example crm-4711
             */
            external_id?: string | null;
            /**
             * @description Stored trimmed, in lower case, and with its domain in ASCII (`xn--`); unique.
             * @example ada@example.com
             */
            email?: string | null;
            /**
             * @description Stored in international form (E.164); unique. Without a country code it is one of `DEFAULT_COUNTRY`, if that is set. One
             *     with an extension is refused.
             * @example +4915112345678
             */
            phone?: string | null;
            /** @description Browsers' push subscriptions as they give them, or devices' tokens. A message goes to each that the account speaks to; what a push service calls gone is removed. */
            push_subscriptions?: components["schemas"]["PushSubscription"][];
            /** @example Ada */
            first_name?: string | null;
            /** @example Lovelace */
            last_name?: string | null;
            /** @example en-GB */
            locale?: string | null;
            /**
             * @description Name of the time zone database (IANA), in any case: an area and a place, or an alias; an offset such as +05:30 is none.
             * @example Europe/London
             */
            time_zone?: string | null;
            /**
             * @description Anything else worth knowing, for templates and segments: at most 16,384 characters of JSON, eight levels deep.
             * @example {
             *       "plan": "pro"
             *     }
             */
            attributes?: {
                [key: string]: unknown;
            };
            consent?: components["schemas"]["ConsentFields"];
            /**
             * @description Names of the static segments this contact belongs to, up to 1,000; replaces the present ones.
             * @example [
             *       "tech"
             *     ]
             */
            segments?: string[];
        };
        ImportAccepted: {
            /**
             * @description Ask `GET /imports/{id}` how far it is.
             * @example 3
             */
            id: number;
        };
        ImportResponse: {
            /** @example 3 */
            id: number;
            /**
             * @description `uploading`, `queued`, `processing`, and at its end `completed`, `failed` or `cancelled`.
             * @enum {string}
             */
            status: "uploading" | "queued" | "processing" | "completed" | "failed" | "cancelled";
            /** @description Why it failed, with the line where there is one. What was counted until then has been imported. */
            reason: string | null;
            /** @enum {string} */
            format: "csv" | "ndjson";
            /** @example vip */
            segment: string | null;
            /** @description The columns of the file; null until they are known. */
            columns: string[] | null;
            dry_run: boolean;
            overwrite_consent: boolean;
            /** @description Size of the file, unpacked; so far, while it is being uploaded. */
            bytes: number;
            /** @description How much of it is done. */
            bytes_done: number;
            /** @description Rows done so far, the header and blank ones aside. */
            total: number;
            created: number;
            updated: number;
            /** @description Rows whose contact is like that already. */
            unchanged: number;
            /** @description Rows about a contact that the file has elsewhere, too; of these the last one wins, field by field. */
            duplicates: number;
            /** @description Rows that were refused; `GET /imports/{id}/rejected` has the first 1,000 with the reason. */
            rejected: number;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description When the work on it began.
             */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
        };
        ChannelConsent: {
            /**
             * @example email
             * @enum {string}
             */
            channel: "push" | "email" | "sms";
            /**
             * @example subscribed
             * @enum {string}
             */
            status: "unsubscribed" | "subscribed" | "pending";
            /** @description Whether the present address is on the suppression list: then nothing is sent, whatever the status. */
            suppressed: boolean;
            /** @description What made it so; null where nobody ever said anything and it is as it was when the contact was made. */
            source: string | null;
            text_version: string | null;
            actor: string | null;
            /** Format: date-time */
            at: string | null;
        };
        ConsentChangeResponse: {
            /** @example 12 */
            id: number;
            /**
             * @example email
             * @enum {string}
             */
            channel: "push" | "email" | "sms";
            /**
             * @example unsubscribed
             * @enum {string}
             */
            status: "unsubscribed" | "subscribed" | "pending";
            /**
             * @description Where it was said.
             * @example preference page
             */
            source: string | null;
            /** @example 2026-03 */
            text_version: string | null;
            /**
             * @description Who said it: the name of an API key, `contact` for the person, or `suppression list` where an admin took the address off it
             *     that the person opted out with.
             * @example contact
             */
            actor: string | null;
            /** Format: date-time */
            at: string;
        };
        ContactLinks: {
            /**
             * @description The page on which the person sees and changes what it gets.
             * @example https://news.example.com/preferences/c0ffee
             */
            preferences_url: string;
            /**
             * @description Where the contact lets its browser get push messages.
             * @example https://news.example.com/push/subscribe/4vQ5kq2n3nJ5Yw
             */
            push_subscribe_url: string;
        };
        SuppressionResponse: {
            /** @example 3 */
            id: number;
            /**
             * @example email
             * @enum {string}
             */
            channel: "push" | "email" | "sms" | "all";
            /**
             * @description The first that was given; but `erasure` prevails over all, then `complaint`, while `unsubscribe` gives way to any other
             *     but `manual`, and `soft_bounce` to all.
             * @enum {string}
             */
            reason: "manual" | "bounce" | "soft_bounce" | "complaint" | "unsubscribe" | "erasure" | "import";
            /** Format: date-time */
            created_at: string;
        };
        RefusedRow: {
            import_id: number;
            /** @description The line of the file. */
            line: number;
            reason: string;
            /** @description What stood in it. */
            cells: string[];
        };
        ContactExport: {
            /** Format: date-time */
            exported_at: string;
            contact: components["schemas"]["ContactResponse"];
            consent: components["schemas"]["ChannelConsent"][];
            /** @description Everything that was said about consent, the newest first. */
            consent_history: components["schemas"]["ConsentChangeResponse"][];
            /** @description What the suppression list has of its present addresses: why, such as `complaint`, and since when. */
            suppressions: components["schemas"]["SuppressionResponse"][];
            /** @description Rows of imports that were refused and name it by an address or its external id; they are kept for a month. */
            refused_rows: components["schemas"]["RefusedRow"][];
            /**
             * @description What the rest of the product keeps, by its name: `deliveries` (every run it was in, with the outcome and the failed
             *     tries; `pending` where it waits), `engagement` (what it did with the messages), `hits` (how it opened and clicked),
             *     `reports` and `replies` (what came back), `webhook_deliveries` (what others were told about it) and `sandbox_messages`
             *     (what the sandbox took for it, tests included).
             */
            records: {
                [key: string]: unknown[];
            };
        };
        ErasureResponse: {
            /** @example 17 */
            contact_id: number;
            /**
             * Format: date-time
             * @description When it was erased, the first time.
             */
            erased_at: string;
        };
        CreateSegment: {
            /**
             * @description Unique; what campaigns name in `target_segment`.
             * @example vip
             */
            name: string;
            /** @example People who bought three times */
            description?: string | null;
            /**
             * @description Who belongs, whenever it is asked: a tree of groups (`all`, `any`, `not`; at most 5 in one another) over at most 50
             *     conditions.
             *
             *     - `{"field": "created_at", "op": "within_last", "value": "30 days"}`, `{"attribute": "plan", "op": "eq", "value":
             *       "pro"}`. Fields: email, phone, external_id, first_name, last_name, locale, time_zone, email_consent, sms_consent,
             *       push_consent, created_at, updated_at. An attribute is compared as what JSON the value is: `5` is not `"5"`.
             *     - Ops: eq, ne, in, not_in, lt, lte, gt, gte, between, contains, starts_with, ends_with, exists, missing; of an
             *       attribute that is a list: has; of times (fields, and attributes in ISO 8601): before, after, within_last,
             *       within_next. Texts are compared as they are written, in the order of their characters in Unicode.
             *     - Times: ISO 8601 (UTC without an offset), `now`, `30 days ago`, `2 weeks from now`; spans: `30 days`, seconds to years.
             *     - `{"segment": "vip"}`: in that segment, static or by rule.
             *     - `{"received": {"campaign": 3}}`: was sent a message of that campaign (or it is in doubt whether); so are `opened` and
             *       `clicked`. `{"opened": {"within_last": "30 days", "channel": "email"}}`: of any campaign in that time.
             *
             *     A comparison with what is missing or of another kind does not hold; `not`, `ne` and `not_in` hold where their opposite
             *     does not: so they fit who has no such attribute, and who has a list, whatever is in it; of lists ask `has`.
             * @example {
             *       "all": [
             *         {
             *           "attribute": "plan",
             *           "op": "eq",
             *           "value": "pro"
             *         },
             *         {
             *           "field": "created_at",
             *           "op": "within_last",
             *           "value": "90 days"
             *         }
             *       ]
             *     }
             */
            rule?: {
                [key: string]: unknown;
            };
        };
        SegmentResponse: {
            /** @example 3 */
            id: number;
            /** @example vip */
            name: string;
            /**
             * @example static
             * @enum {string}
             */
            kind: "rule" | "static";
            description: string | null;
            /** @description Of a segment by rule; null for a static one. */
            rule: {
                [key: string]: unknown;
            } | null;
            /** @description Members at the moment of asking; null where that takes too long to tell. */
            size: number | null;
            /**
             * @description `estimate` where a rule takes too long to count, and in lists where contacts are too many to look at all of them.
             * @enum {string}
             */
            size_is: "unknown" | "exact" | "estimate";
            /** @description Rises with every edit; the ETag. */
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        PreviewSegment: {
            /**
             * @description As of a segment.
             * @example {
             *       "attribute": "plan",
             *       "op": "eq",
             *       "value": "pro"
             *     }
             */
            rule: {
                [key: string]: unknown;
            };
            /**
             * @description How long an exact count may take, in milliseconds, before an estimate is given instead.
             * @example 250
             */
            time_limit_ms?: number;
        };
        PreviewResponse: {
            /**
             * @description Exact; null where counting takes longer than the limit.
             * @example 1200
             */
            count: number | null;
            /** @description Only where there is no count: extrapolated from a part of the contacts; where even that takes too long, what statistics say. */
            estimate: number | null;
            /** @description Up to ten of them, the newest first where there was time to look for those. */
            sample: components["schemas"]["ContactResponse"][];
        };
        UpdateSegment: {
            /**
             * @description Unique; what campaigns name in `target_segment`.
             * @example vip
             */
            name?: string;
            /** @example People who bought three times */
            description?: string | null;
            /**
             * @description Who belongs, whenever it is asked: a tree of groups (`all`, `any`, `not`; at most 5 in one another) over at most 50
             *     conditions.
             *
             *     - `{"field": "created_at", "op": "within_last", "value": "30 days"}`, `{"attribute": "plan", "op": "eq", "value":
             *       "pro"}`. Fields: email, phone, external_id, first_name, last_name, locale, time_zone, email_consent, sms_consent,
             *       push_consent, created_at, updated_at. An attribute is compared as what JSON the value is: `5` is not `"5"`.
             *     - Ops: eq, ne, in, not_in, lt, lte, gt, gte, between, contains, starts_with, ends_with, exists, missing; of an
             *       attribute that is a list: has; of times (fields, and attributes in ISO 8601): before, after, within_last,
             *       within_next. Texts are compared as they are written, in the order of their characters in Unicode.
             *     - Times: ISO 8601 (UTC without an offset), `now`, `30 days ago`, `2 weeks from now`; spans: `30 days`, seconds to years.
             *     - `{"segment": "vip"}`: in that segment, static or by rule.
             *     - `{"received": {"campaign": 3}}`: was sent a message of that campaign (or it is in doubt whether); so are `opened` and
             *       `clicked`. `{"opened": {"within_last": "30 days", "channel": "email"}}`: of any campaign in that time.
             *
             *     A comparison with what is missing or of another kind does not hold; `not`, `ne` and `not_in` hold where their opposite
             *     does not: so they fit who has no such attribute, and who has a list, whatever is in it; of lists ask `has`.
             * @example {
             *       "all": [
             *         {
             *           "attribute": "plan",
             *           "op": "eq",
             *           "value": "pro"
             *         },
             *         {
             *           "field": "created_at",
             *           "op": "within_last",
             *           "value": "90 days"
             *         }
             *       ]
             *     }
             */
            rule?: {
                [key: string]: unknown;
            };
        };
        CreateSuppression: {
            /**
             * @example manual
             * @enum {string}
             */
            reason?: "manual" | "bounce" | "soft_bounce" | "complaint" | "unsubscribe" | "erasure" | "import";
            /**
             * @description An email address, an international phone number, or a push endpoint or token. It is kept only as an HMAC. What does not
             *     look like one of these is put on the list only with its `channel`, or where a contact has it as a token.
             * @example ada@example.com
             */
            address: string;
            /**
             * @description Messages of this channel to the address, or `all`: messages of any channel to whoever has the address. A suppression is
             *     for `all` unless given; a removal takes back every entry of the address unless given.
             * @example email
             * @enum {string}
             */
            channel?: "all" | "email" | "sms" | "push";
        };
        CreatedSuppression: {
            /** @example 3 */
            id: number;
            /**
             * @example email
             * @enum {string}
             */
            channel: "push" | "email" | "sms" | "all";
            /**
             * @description The first that was given; but `erasure` prevails over all, then `complaint`, while `unsubscribe` gives way to any other
             *     but `manual`, and `soft_bounce` to all.
             * @enum {string}
             */
            reason: "manual" | "bounce" | "soft_bounce" | "complaint" | "unsubscribe" | "erasure" | "import";
            /** Format: date-time */
            created_at: string;
            /** @description Whether it is new. One that was there keeps its id, and its reason unless the new one prevails. */
            created: boolean;
        };
        BulkSuppressions: {
            suppressions: components["schemas"]["CreateSuppression"][];
        };
        SuppressionResult: {
            /** @example 9998 */
            created: number;
            /** @description On the list already, or twice in the call. */
            known: number;
        };
        SuppressedAddress: {
            /**
             * @description An email address, an international phone number, or a push endpoint or token. It is kept only as an HMAC. What does not
             *     look like one of these is put on the list only with its `channel`, or where a contact has it as a token.
             * @example ada@example.com
             */
            address: string;
            /**
             * @description Messages of this channel to the address, or `all`: messages of any channel to whoever has the address. A suppression is
             *     for `all` unless given; a removal takes back every entry of the address unless given.
             * @example email
             * @enum {string}
             */
            channel?: "all" | "email" | "sms" | "push";
        };
        RemoveSuppressions: {
            suppressions: components["schemas"]["SuppressedAddress"][];
            /**
             * @description Why; must be given where one of the entries is for `complaint` or `erasure`, and is then kept in the log, with the name of
             *     the key.
             * @example asked for it by letter of 3 March
             */
            note?: string;
        };
        RemovalResult: {
            /**
             * @description Entries taken back.
             * @example 2
             */
            removed: number;
        };
        CalendarEntry: {
            /** @example 1 */
            campaign_id: number;
            /** @example Weekly Tech News */
            campaign_name: string;
            /** @enum {string} */
            channel: "push" | "email" | "sms";
            /** @description Whether the campaign was deleted since. What it did stays. */
            deleted: boolean;
            /**
             * Format: date-time
             * @description The first of the day, past or to come, in the campaign's zone where recipients' own clocks count.
             */
            first_at: string;
            /**
             * @description The run of the first one; null where it is still to come.
             * @example 12
             */
            run_id: number | null;
            /**
             * @description Carried out or under way.
             * @example 1
             */
            runs: number;
            /**
             * @description Skipped or missed, a stretch of them where it began.
             * @example 0
             */
            left_out: number;
            /**
             * @description Still to come; what is overdue is one.
             * @example 23
             */
            planned: number;
            /** @description Whether there were more than these: of a campaign's past ones no more than 2,000 a day are counted. */
            more: boolean;
        };
        CalendarDay: {
            /** @example 2026-11-28 */
            date: string;
            /** @description How many campaigns have any. */
            campaigns: number;
            /** @description The first `limit` of them by their first time. */
            entries: components["schemas"]["CalendarEntry"][];
            /**
             * @description Carried out or under way.
             * @example 1
             */
            runs: number;
            /**
             * @description Skipped or missed, a stretch of them where it began.
             * @example 0
             */
            left_out: number;
            /**
             * @description Still to come; what is overdue is one.
             * @example 23
             */
            planned: number;
            /** @description Whether there were more than these: of a campaign's past ones no more than 2,000 a day are counted. */
            more: boolean;
        };
        CalendarResponse: {
            /** @example Europe/Berlin */
            time_zone: string;
            /** @description False where more than 1,000 campaigns ran or are due in these days: the later ones are then in no count. */
            complete: boolean;
            /** @description Every day, also those without any. */
            days: components["schemas"]["CalendarDay"][];
        };
        SendWindowFields: {
            /**
             * @description Included.
             * @example 09:00
             */
            from: string;
            /**
             * @description Not included. Where it is not later than `from` the window ends on the next day.
             * @example 20:00
             */
            to: string;
            /**
             * @description On which days the window begins; absent means every day.
             * @example [
             *       "monday",
             *       "tuesday",
             *       "wednesday",
             *       "thursday",
             *       "friday"
             *     ]
             */
            weekdays?: ("monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday")[] | null;
        };
        SenderFields: {
            /** @example Example News */
            name?: string | null;
            /**
             * @description In the domain of EMAIL_FROM, or allowed by EMAIL_SENDERS.
             * @example news@example.org
             */
            email: string;
        };
        VariantFields: {
            /**
             * @description What mail programs show beside the subject; a Liquid template, for format `html`.
             * @example Three things worth knowing this week
             */
            preheader?: string | null;
            /**
             * @description Where answers go; to the sender unless given.
             * @example hello@example.org
             */
            reply_to?: string | null;
            /** @description EMAIL_FROM unless given. */
            sender?: (components["schemas"]["SenderFields"] | (never | null)) | null;
            /** @description The message for those who read text, with format `html`; a Liquid template. Made from the message unless given. */
            text?: string | null;
            /**
             * @description What a click on the notification opens.
             * @example https://example.org/news
             */
            url?: string | null;
            /**
             * @description The picture beside it.
             * @example https://example.org/icon-192.png
             */
            icon?: string | null;
            /** @example B */
            name: string;
            /**
             * @description Percent of those who take part. Given for all variants, together 100, or for none: then all have the same.
             * @example 50
             */
            share?: number | null;
            /** @example Three things worth knowing */
            subject?: string | null;
            /** @description Where the campaign has a `text` of its own, that is to be given as well. */
            message?: string | null;
        };
        WinnerFields: {
            /**
             * Format: double
             * @description How sure it must be that the best variant is better than the next; 0.95 unless given. Each variant must have gone to
             *     100 people at least.
             * @example 0.95
             */
            significance?: number | null;
            /**
             * @description `clicks` and `opens` compare how many people did so, of those whose message was sent; what machines do is left out.
             *     `hand`: people choose, with `POST /runs/{id}/winner`, which they may do with the others as well.
             * @example clicks
             * @enum {string}
             */
            by: "clicks" | "opens" | "hand";
            /**
             * @description How long after the run opened the engine decides; at most 30 days. With `recipient_time_zone` or a send window it is counted
             *     from when the last of the test is due. Needed but for `hand`, where people alone decide unless it is given.
             * @example 240
             */
            after_minutes?: number | null;
            /**
             * @description What happens where none is surely better, or nobody chose in time: the `leader` wins (unless given; the first of those
             *     that are level), the variant of this name does, or the others `wait` (unless given, for `hand`) until people choose; who still waits at
             *     the run's deadline, 72 hours later, is skipped as `expired`.
             * @example leader
             */
            on_undecided?: string | null;
        };
        UtmFields: {
            /**
             * @description `utm_source`.
             * @example newsletter
             */
            source?: string | null;
            /**
             * @description `utm_medium`.
             * @example email
             */
            medium?: string | null;
            /**
             * @description `utm_campaign`.
             * @example winter
             */
            campaign?: string | null;
            /** @description `utm_content`. */
            content?: string | null;
        };
        TrackingFields: {
            /** @description Whether an email in HTML has a pixel that tells when it is opened; true unless given. */
            opens?: boolean | null;
            /**
             * @description Whether links lead through this installation, which counts them. Unless given true for an email in HTML and false for
             *     text and SMS, whose links become longer by it. Of a text its addresses are meant, of HTML the `href` of its links.
             */
            clicks?: boolean | null;
            /** @description Added to the addresses that counted links lead to. */
            utm?: (components["schemas"]["UtmFields"] | (never | null)) | null;
        };
        CreateCampaign: {
            /**
             * @description Further headers, at most 30, by name. Those that the engine writes are refused.
             * @example {
             *       "X-Campaign-Owner": "growth"
             *     }
             */
            headers?: {
                [key: string]: string;
            } | null;
            /** @example Weekly Tech News */
            name: string;
            /**
             * @example recurring
             * @enum {string}
             */
            type: "one_time" | "recurring";
            /**
             * @description ISO 8601. Without an offset it is wall time in `time_zone`; with one it is that instant. A time in the past is due at
             *     once for a one-time campaign; for a recurring one `misfire` decides.
             * @example 2026-02-01T10:00:00
             */
            schedule_time: string;
            /**
             * @description A Liquid template over the contact, e.g. `Hi {{ first_name | default: "there" }}`. Values are escaped in HTML. Of the
             *     message itself there are `{{ unsubscribe_url }}`, `{{ preferences_url }}`, `{{ push_subscribe_url }}` (where a browser
             *     is subscribed to push) and `{{ postal_address }}`.
             * @example Stay updated with the latest in tech!
             */
            message: string;
            /**
             * @description How often a recurring campaign is due; needed for `recurring` unless `cron` is given.
             * @example weekly
             * @enum {string|null}
             */
            frequency?: "secondly" | "minutely" | "hourly" | "daily" | "weekly" | "monthly" | "yearly" | null;
            /**
             * @description Every how many units of `frequency`.
             * @example 1
             */
            interval?: number;
            /**
             * @description Email unless given.
             * @enum {string}
             */
            channel?: "email" | "sms" | "push";
            /**
             * @description The account that its messages go through, by its name in `GET /providers`; the channel's default unless given. A run
             *     keeps the one that it began with.
             * @example ses-main
             */
            provider?: string | null;
            /** @description Email and push only; a Liquid template. An email without one takes the campaign's name. */
            subject?: string | null;
            /**
             * @description Text unless given. `mjml` where the package of that name is installed.
             * @enum {string}
             */
            format?: "text" | "html" | "mjml";
            /**
             * @description IANA name of the zone whose calendar the campaign follows, in any case; UTC unless given. An offset such as +05:30 is none.
             * @example UTC
             */
            time_zone?: string;
            /**
             * @description True sends at that wall time wherever each contact is: `schedule_time` is then 10:00 in Berlin for those in Berlin and
             *     10:00 in Lima for those in Lima. A contact without a usable zone has the campaign's. The run opens when the first zone
             *     on earth (UTC+14) gets there. Frequency daily or longer, or a cron expression with one time of day.
             */
            recipient_time_zone?: boolean;
            /**
             * @description With `recipient_time_zone`: what happens to contacts where that time was past when the run opened; `send_now` unless given.
             * @enum {string}
             */
            late?: "send_now" | "skip";
            /** @description The hours in which it may be sent, by each recipient's clock; who is outside waits for the next opening. */
            send_window?: (components["schemas"]["SendWindowFields"] | (never | null)) | null;
            /** @description With frequency `weekly`: the days of each week; the anchor's own day when absent. */
            weekdays?: ("monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday")[] | null;
            /** @description Last moment at which an occurrence may fall, inclusive; not together with `max_runs`. */
            until?: string | null;
            /** @description Ends after so many runs were started; skipped and missed occurrences do not count. Not together with `until`. */
            max_runs?: number | null;
            /** @description A cron expression of five or six fields (six: seconds first) instead of `frequency`; what a clock change repeats runs once. */
            cron?: string | null;
            /**
             * @description What happens to occurrences that passed while nothing could open them: `run_latest` (unless given) still carries out
             *     the latest when it is late by less than one interval, at least a minute and at most an hour; `skip` none; `run_all` the
             *     last ten, one after the other. The others are missed and on record, also those since a `schedule_time` in the past. A
             *     one-time campaign is carried out however late; under `skip` only within a minute, or if its time had passed when it was
             *     given. With `recipient_time_zone` an occurrence is late once its last zone is past; for zones before `late` decides.
             * @enum {string}
             */
            misfire?: "run_latest" | "skip" | "run_all";
            /**
             * @description What happens when an occurrence is due while an earlier run is still going; `skip` unless given (`queue` with misfire
             *     `run_all`). Queued, the latest one waits for the run's end, however long, and those before it are recorded as skipped;
             *     with `run_all` the last ten wait. A run that is only ahead of its last time zones does not count.
             * @enum {string}
             */
            overlap?: "skip" | "queue" | "allow";
            /**
             * @description Recipients whose answer was lost are in doubt (`hold`, unless given), or sent to again as after a failed try (`resend`).
             * @enum {string}
             */
            on_doubt?: "hold" | "resend";
            /** @description True keeps the campaign from running until it is launched. */
            draft?: boolean;
            /**
             * @description Two to five messages that are compared, each run anew: a hash of run and contact decides who gets which. Null or absent
             *     for none.
             */
            variants?: components["schemas"]["VariantFields"][] | null;
            /**
             * @description Percent of the audience that the variants are tried out on; 100 unless given. The others wait for the `winner`.
             * @example 100
             */
            test_share?: number;
            /**
             * @description Percent of the audience that gets nothing, to compare with: skipped, with the reason `hold_out`. 0 unless given.
             * @example 0
             */
            hold_out?: number;
            /**
             * @description With `test_share` below 100: what those get who neither take part nor are held out. The run is going until they have it, so
             *     for `overlap` it counts as going, too. With `recipient_time_zone` each of them gets it at the next such hour on their own clock
             *     after it was decided: mostly the day after.
             */
            winner?: (components["schemas"]["WinnerFields"] | (never | null)) | null;
            /**
             * @description `marketing` unless given. A `transactional` message (an order, a password) also goes to who unsubscribed or has not
             *     confirmed, never to an address that bounced, complained or was suppressed by hand, and needs no way out.
             * @enum {string}
             */
            kind?: "marketing" | "transactional";
            /**
             * @description A marketing email has `{{ unsubscribe_url }}` and `{{ postal_address }}`: `auto` (unless given) adds below the message
             *     what it lacks of them; with `none` a message that lacks them is refused when it is to be sent.
             * @enum {string}
             */
            footer?: "auto" | "none";
            /**
             * @description What mail programs show beside the subject; a Liquid template, for format `html`.
             * @example Three things worth knowing this week
             */
            preheader?: string | null;
            /**
             * @description Where answers go; to the sender unless given.
             * @example hello@example.org
             */
            reply_to?: string | null;
            /** @description EMAIL_FROM unless given. */
            sender?: (components["schemas"]["SenderFields"] | (never | null)) | null;
            /** @description The message for those who read text, with format `html`; a Liquid template. Made from the message unless given. */
            text?: string | null;
            /** @description What is counted of what recipients do with the message. */
            tracking?: (components["schemas"]["TrackingFields"] | (never | null)) | null;
            /** @description Not supported: anything but none is refused with `ATTACHMENTS_NOT_SUPPORTED`. Link to a file instead. */
            attachments?: Record<string, never>[] | null;
            /**
             * @description What a click on the notification opens.
             * @example https://example.org/news
             */
            url?: string | null;
            /**
             * @description The picture beside it.
             * @example https://example.org/icon-192.png
             */
            icon?: string | null;
            /**
             * @description Name of a segment; null or absent means everyone. For more than one there is `include`.
             * @example tech
             */
            target_segment?: string | null;
            /**
             * @description Names of segments, static or by rule, in one of which a contact must be; instead of `target_segment`.
             * @example [
             *       "tech",
             *       "trial ends soon"
             *     ]
             */
            include?: string[] | null;
            /**
             * @description Names of segments in none of which a contact may be.
             * @example [
             *       "had enough"
             *     ]
             */
            exclude?: string[] | null;
            /**
             * @description True leaves out whom an earlier run of this campaign reached: its outcome there is sent, or in doubt. It knows as much as the
             *     ledger: whom only runs older than `RETENTION_DAYS` reached is reached again, and so is a contact that was deleted and made anew.
             */
            only_new?: boolean;
        };
        SenderResponse: {
            /** @example Example News */
            name: string | null;
            /** @example news@example.org */
            email: string;
        };
        TrackingResponse: {
            opens: boolean;
            clicks: boolean;
            /** @description Added to the addresses that counted links lead to. */
            utm: (components["schemas"]["UtmFields"] | (never | null)) | null;
        };
        VariantResponse: {
            /** @example B */
            name: string;
            /** @description Percent of those who take part; null where all variants have the same. */
            share: number | null;
            subject: string | null;
            message: string | null;
            preheader: string | null;
            text: string | null;
            reply_to: string | null;
            sender: (components["schemas"]["SenderResponse"] | (never | null)) | null;
            url: string | null;
            icon: string | null;
        };
        WinnerPolicyResponse: {
            /**
             * Format: double
             * @description How sure it must be that the best variant is better than the next.
             * @example 0.95
             */
            significance: number;
            /** @enum {string} */
            by: "opens" | "clicks" | "hand";
            /** @description How long after the run opened the engine decides; null where people alone do. */
            after_minutes: number | null;
            /**
             * @description `leader`, `wait` or the name of a variant.
             * @example leader
             */
            on_undecided: string;
        };
        CampaignResponse: {
            headers: {
                [key: string]: string;
            } | null;
            /** @example 1 */
            id: number;
            /** @example Weekly Tech News */
            name: string;
            /** @enum {string} */
            type: "one_time" | "recurring";
            /**
             * @example pending
             * @enum {string}
             */
            status: "pending" | "processing" | "completed" | "failed" | "cancelled" | "draft" | "paused";
            /** @description Why it failed or was paused by the engine; null otherwise. */
            status_reason: string | null;
            /** @enum {string} */
            channel: "push" | "email" | "sms";
            /** @description The account that its runs begin with; null for the channel's default. */
            provider: string | null;
            subject: string | null;
            message: string;
            /** @enum {string} */
            format: "text" | "html" | "mjml";
            /** @enum {string} */
            kind: "marketing" | "transactional";
            /** @enum {string} */
            footer: "none" | "auto";
            preheader: string | null;
            reply_to: string | null;
            /** @description Null for EMAIL_FROM. */
            sender: (components["schemas"]["SenderResponse"] | (never | null)) | null;
            /** @description Null where it is made from the message. */
            text: string | null;
            tracking: components["schemas"]["TrackingResponse"];
            /** @description The messages that are compared; null for none. */
            variants: components["schemas"]["VariantResponse"][] | null;
            /** @description Percent of the audience that the variants are tried out on. */
            test_share: number;
            /** @description Percent of the audience that gets nothing. */
            hold_out: number;
            /** @description What those get who neither take part nor are held out; null where there are none. */
            winner: (components["schemas"]["WinnerPolicyResponse"] | (never | null)) | null;
            /** @description What a click on a push message opens. */
            url: string | null;
            /** @description The picture beside a push message. */
            icon: string | null;
            /** @example tech */
            target_segment: string | null;
            /** @description In one of these a contact must be; null where `target_segment` says so, or everyone is meant. */
            include: string[] | null;
            /** @description In none of these it may be. */
            exclude: string[];
            /** @description Whether those are left out whom an earlier run of this campaign reached. */
            only_new: boolean;
            /**
             * Format: date-time
             * @description Of a recurring campaign its next occurrence while there is one; otherwise the time it was scheduled for.
             */
            schedule_time: string;
            /** @example UTC */
            time_zone: string;
            /** @description Whether each contact is sent to at that wall time in its own zone. */
            recipient_time_zone: boolean;
            /** @enum {string} */
            late: "skip" | "send_now";
            /** @description The hours in which it may be sent, by each recipient's clock; null for any. */
            send_window: (components["schemas"]["SendWindowFields"] | (never | null)) | null;
            /** @enum {string|null} */
            frequency: "secondly" | "minutely" | "hourly" | "daily" | "weekly" | "monthly" | "yearly" | null;
            interval: number;
            weekdays: ("monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday")[] | null;
            cron: string | null;
            /** Format: date-time */
            until: string | null;
            max_runs: number | null;
            /** @enum {string} */
            misfire: "run_latest" | "skip" | "run_all";
            /** @enum {string} */
            overlap: "allow" | "skip" | "queue";
            /** @enum {string} */
            on_doubt: "hold" | "resend";
            /**
             * Format: date-time
             * @description When its next run opens; with `recipient_time_zone` when the first zone on earth (UTC+14) gets to that time.
             */
            next_run_at: string | null;
            /** Format: date-time */
            last_run_at: string | null;
            /** @description Runs started so far. */
            runs: number;
            /** @example Every Sunday at 10:00 UTC; next Sun 29 Nov 2026; no runs yet */
            recurrence_message: string;
            /** @description The version of what it says; rises when that changes, and runs name the one that they carry. */
            content_version: number;
            /** @description Rises with every edit; the ETag. */
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        UpdateCampaign: {
            /**
             * @description Further headers, at most 30, by name. Those that the engine writes are refused.
             * @example {
             *       "X-Campaign-Owner": "growth"
             *     }
             */
            headers?: {
                [key: string]: string;
            } | null;
            /**
             * @description Name of a segment; null or absent means everyone. For more than one there is `include`.
             * @example tech
             */
            target_segment?: string | null;
            /**
             * @description Names of segments, static or by rule, in one of which a contact must be; instead of `target_segment`.
             * @example [
             *       "tech",
             *       "trial ends soon"
             *     ]
             */
            include?: string[] | null;
            /**
             * @description Names of segments in none of which a contact may be.
             * @example [
             *       "had enough"
             *     ]
             */
            exclude?: string[] | null;
            /**
             * @description True leaves out whom an earlier run of this campaign reached: its outcome there is sent, or in doubt. It knows as much as the
             *     ledger: whom only runs older than `RETENTION_DAYS` reached is reached again, and so is a contact that was deleted and made anew.
             */
            only_new?: boolean;
            /**
             * @description What a click on the notification opens.
             * @example https://example.org/news
             */
            url?: string | null;
            /**
             * @description The picture beside it.
             * @example https://example.org/icon-192.png
             */
            icon?: string | null;
            /**
             * @description `marketing` unless given. A `transactional` message (an order, a password) also goes to who unsubscribed or has not
             *     confirmed, never to an address that bounced, complained or was suppressed by hand, and needs no way out.
             * @enum {string}
             */
            kind?: "marketing" | "transactional";
            /**
             * @description A marketing email has `{{ unsubscribe_url }}` and `{{ postal_address }}`: `auto` (unless given) adds below the message
             *     what it lacks of them; with `none` a message that lacks them is refused when it is to be sent.
             * @enum {string}
             */
            footer?: "auto" | "none";
            /**
             * @description What mail programs show beside the subject; a Liquid template, for format `html`.
             * @example Three things worth knowing this week
             */
            preheader?: string | null;
            /**
             * @description Where answers go; to the sender unless given.
             * @example hello@example.org
             */
            reply_to?: string | null;
            /** @description EMAIL_FROM unless given. */
            sender?: (components["schemas"]["SenderFields"] | (never | null)) | null;
            /** @description The message for those who read text, with format `html`; a Liquid template. Made from the message unless given. */
            text?: string | null;
            /** @description What is counted of what recipients do with the message. */
            tracking?: (components["schemas"]["TrackingFields"] | (never | null)) | null;
            /** @description Not supported: anything but none is refused with `ATTACHMENTS_NOT_SUPPORTED`. Link to a file instead. */
            attachments?: Record<string, never>[] | null;
            /**
             * @description Two to five messages that are compared, each run anew: a hash of run and contact decides who gets which. Null or absent
             *     for none.
             */
            variants?: components["schemas"]["VariantFields"][] | null;
            /**
             * @description Percent of the audience that the variants are tried out on; 100 unless given. The others wait for the `winner`.
             * @example 100
             */
            test_share?: number;
            /**
             * @description Percent of the audience that gets nothing, to compare with: skipped, with the reason `hold_out`. 0 unless given.
             * @example 0
             */
            hold_out?: number;
            /**
             * @description With `test_share` below 100: what those get who neither take part nor are held out. The run is going until they have it, so
             *     for `overlap` it counts as going, too. With `recipient_time_zone` each of them gets it at the next such hour on their own clock
             *     after it was decided: mostly the day after.
             */
            winner?: (components["schemas"]["WinnerFields"] | (never | null)) | null;
            /** @example Weekly Tech News */
            name?: string;
            /**
             * @description ISO 8601. Without an offset it is wall time in `time_zone`; with one it is that instant. A time in the past is due at
             *     once for a one-time campaign; for a recurring one `misfire` decides.
             * @example 2026-02-01T10:00:00
             */
            schedule_time?: string;
            /**
             * @description A Liquid template over the contact, e.g. `Hi {{ first_name | default: "there" }}`. Values are escaped in HTML. Of the
             *     message itself there are `{{ unsubscribe_url }}`, `{{ preferences_url }}`, `{{ push_subscribe_url }}` (where a browser
             *     is subscribed to push) and `{{ postal_address }}`.
             * @example Stay updated with the latest in tech!
             */
            message?: string;
            /**
             * @description How often a recurring campaign is due; needed for `recurring` unless `cron` is given.
             * @example weekly
             * @enum {string|null}
             */
            frequency?: "secondly" | "minutely" | "hourly" | "daily" | "weekly" | "monthly" | "yearly" | null;
            /**
             * @description Every how many units of `frequency`.
             * @example 1
             */
            interval?: number;
            /**
             * @description Email unless given.
             * @enum {string}
             */
            channel?: "email" | "sms" | "push";
            /**
             * @description The account that its messages go through, by its name in `GET /providers`; the channel's default unless given. A run
             *     keeps the one that it began with.
             * @example ses-main
             */
            provider?: string | null;
            /** @description Email and push only; a Liquid template. An email without one takes the campaign's name. */
            subject?: string | null;
            /**
             * @description Text unless given. `mjml` where the package of that name is installed.
             * @enum {string}
             */
            format?: "text" | "html" | "mjml";
            /**
             * @description IANA name of the zone whose calendar the campaign follows, in any case; UTC unless given. An offset such as +05:30 is none.
             * @example UTC
             */
            time_zone?: string;
            /**
             * @description True sends at that wall time wherever each contact is: `schedule_time` is then 10:00 in Berlin for those in Berlin and
             *     10:00 in Lima for those in Lima. A contact without a usable zone has the campaign's. The run opens when the first zone
             *     on earth (UTC+14) gets there. Frequency daily or longer, or a cron expression with one time of day.
             */
            recipient_time_zone?: boolean;
            /**
             * @description With `recipient_time_zone`: what happens to contacts where that time was past when the run opened; `send_now` unless given.
             * @enum {string}
             */
            late?: "send_now" | "skip";
            /** @description The hours in which it may be sent, by each recipient's clock; who is outside waits for the next opening. */
            send_window?: (components["schemas"]["SendWindowFields"] | (never | null)) | null;
            /** @description With frequency `weekly`: the days of each week; the anchor's own day when absent. */
            weekdays?: ("monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday")[] | null;
            /** @description Last moment at which an occurrence may fall, inclusive; not together with `max_runs`. */
            until?: string | null;
            /** @description Ends after so many runs were started; skipped and missed occurrences do not count. Not together with `until`. */
            max_runs?: number | null;
            /** @description A cron expression of five or six fields (six: seconds first) instead of `frequency`; what a clock change repeats runs once. */
            cron?: string | null;
            /**
             * @description What happens to occurrences that passed while nothing could open them: `run_latest` (unless given) still carries out
             *     the latest when it is late by less than one interval, at least a minute and at most an hour; `skip` none; `run_all` the
             *     last ten, one after the other. The others are missed and on record, also those since a `schedule_time` in the past. A
             *     one-time campaign is carried out however late; under `skip` only within a minute, or if its time had passed when it was
             *     given. With `recipient_time_zone` an occurrence is late once its last zone is past; for zones before `late` decides.
             * @enum {string}
             */
            misfire?: "run_latest" | "skip" | "run_all";
            /**
             * @description What happens when an occurrence is due while an earlier run is still going; `skip` unless given (`queue` with misfire
             *     `run_all`). Queued, the latest one waits for the run's end, however long, and those before it are recorded as skipped;
             *     with `run_all` the last ten wait. A run that is only ahead of its last time zones does not count.
             * @enum {string}
             */
            overlap?: "skip" | "queue" | "allow";
            /**
             * @description Recipients whose answer was lost are in doubt (`hold`, unless given), or sent to again as after a failed try (`resend`).
             * @enum {string}
             */
            on_doubt?: "hold" | "resend";
        };
        RescheduleCampaign: {
            /**
             * @description How often a recurring campaign is due; needed for `recurring` unless `cron` is given.
             * @example weekly
             * @enum {string|null}
             */
            frequency?: "secondly" | "minutely" | "hourly" | "daily" | "weekly" | "monthly" | "yearly" | null;
            /**
             * @description Every how many units of `frequency`.
             * @example 1
             */
            interval?: number;
            /** @description With frequency `weekly`: the days of each week; the anchor's own day when absent. */
            weekdays?: ("monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday")[] | null;
            /** @description A cron expression of five or six fields (six: seconds first) instead of `frequency`; what a clock change repeats runs once. */
            cron?: string | null;
            /** @description Last moment at which an occurrence may fall, inclusive; not together with `max_runs`. */
            until?: string | null;
            /** @description Ends after so many runs were started; skipped and missed occurrences do not count. Not together with `until`. */
            max_runs?: number | null;
            /**
             * @description IANA name of the zone whose calendar the campaign follows, in any case; UTC unless given. An offset such as +05:30 is none.
             * @example UTC
             */
            time_zone?: string;
            /**
             * @description True sends at that wall time wherever each contact is: `schedule_time` is then 10:00 in Berlin for those in Berlin and
             *     10:00 in Lima for those in Lima. A contact without a usable zone has the campaign's. The run opens when the first zone
             *     on earth (UTC+14) gets there. Frequency daily or longer, or a cron expression with one time of day.
             */
            recipient_time_zone?: boolean;
            /**
             * @description With `recipient_time_zone`: what happens to contacts where that time was past when the run opened; `send_now` unless given.
             * @enum {string}
             */
            late?: "send_now" | "skip";
            /**
             * @description ISO 8601, as when creating.
             * @example 2026-12-01T09:00:00
             */
            schedule_time: string;
        };
        OccurrenceResponse: {
            /**
             * Format: date-time
             * @example 2027-03-28T01:30:00.000Z
             */
            at: string;
            /**
             * @description Wall time in the campaign's zone.
             * @example 2027-03-28T03:30:00
             */
            local: string;
            /** @description Why DST or a month end bent it, and where each contact's own clock decides; null when neither is so. */
            note: string | null;
        };
        VersionSummary: {
            /** @description What runs call `content_version`. */
            number: number;
            /** Format: date-time */
            created_at: string;
            /** @description The API key that made it; null where no key did. */
            created_by: string | null;
            /**
             * @description What differs from the version before; empty for the first that is kept.
             * @example [
             *       "subject",
             *       "message"
             *     ]
             */
            changed: string[];
        };
        VersionChange: {
            /** @description Null where there was none. */
            from: (string | Record<string, never>) | null;
            to: (string | Record<string, never>) | null;
            /** @example subject */
            field: string;
            /**
             * @description The difference of two texts, line by line, as a unified diff; null for what is no text, and where it takes too long.
             * @example --- 1
             *     +++ 2
             *     @@ -1,1 +1,1 @@
             *     -Hello
             *     +Good morning
             */
            patch: string | null;
        };
        VersionDiffResponse: {
            from: number;
            to: number;
            /** @description Empty where they say the same. */
            changes: components["schemas"]["VersionChange"][];
        };
        VersionResponse: {
            headers: {
                [key: string]: string;
            } | null;
            /** @enum {string} */
            channel: "push" | "email" | "sms";
            subject: string | null;
            message: string;
            /** @enum {string} */
            format: "text" | "html" | "mjml";
            /** @enum {string} */
            kind: "marketing" | "transactional";
            /** @enum {string} */
            footer: "none" | "auto";
            preheader: string | null;
            reply_to: string | null;
            /** @description Null for EMAIL_FROM. */
            sender: (components["schemas"]["SenderResponse"] | (never | null)) | null;
            /** @description Null where it is made from the message. */
            text: string | null;
            /** @description What a click on a push message opens. */
            url: string | null;
            /** @description The picture beside a push message. */
            icon: string | null;
            /** @description The messages that are compared; null for none. */
            variants: components["schemas"]["VariantResponse"][] | null;
            /** @description What was said about tracking; what was not has its default. */
            tracking: (components["schemas"]["TrackingFields"] | (never | null)) | null;
            /** @description What runs call `content_version`. */
            number: number;
            /** Format: date-time */
            created_at: string;
            /** @description The API key that made it; null where no key did. */
            created_by: string | null;
        };
        MissingVariable: {
            /**
             * Format: double
             * @description Their share of the contacts that were looked at, from 0 to 1.
             * @example 0.012
             */
            share: number;
            /** @example attributes.city */
            variable: string;
            /**
             * @description Contacts that leave it empty: their message has a gap there.
             * @example 120
             */
            missing: number;
        };
        MissingVariablesResponse: {
            /** @example 1 */
            campaign_id: number;
            /** @description Contacts looked at: those of the audience with an address on the channel; null where even a part of them takes too long. */
            contacts: number | null;
            /** @description False where counting all takes too long, and the numbers are those of the newest contacts. */
            exact: boolean;
            /** @description Each variable that is printed somewhere without a default, the one most often empty first. */
            variables: components["schemas"]["MissingVariable"][];
        };
        RetryFailed: {
            /**
             * @description Only those that failed for this reason, as their delivery shows it.
             * @example attempts_exhausted
             */
            reason?: string;
            /**
             * @description Only these contacts.
             * @example [
             *       17,
             *       18
             *     ]
             */
            contact_ids?: number[];
        };
        CorrectionResponse: {
            /** @example 12 */
            run_id: number;
            /**
             * @description Recipients taken; 0 when there were none.
             * @example 2
             */
            taken: number;
            /**
             * @description Of the contacts that were named, those it did not take: they had another outcome by then, or are not in this run.
             * @example []
             */
            not_taken: number[];
        };
        ResendInDoubt: {
            /**
             * @description Only these contacts.
             * @example [
             *       17,
             *       18
             *     ]
             */
            contact_ids?: number[];
        };
        SettleInDoubt: {
            /**
             * @example sent
             * @enum {string}
             */
            outcome: "sent" | "failed";
            /**
             * @description Only these contacts.
             * @example [
             *       17,
             *       18
             *     ]
             */
            contact_ids?: number[];
        };
        Evidence: {
            /**
             * @description `<run>.<contact>.<mark>`, as the message's `X-Delivery-Id` says.
             * @example 12.17.mhq2k3v4
             */
            delivery_key?: string;
            /**
             * @description The Message-ID header of our message, with or without its angle brackets; it contains the delivery key.
             * @example <12.17.mhq2k3v4@example.com>
             */
            message_id?: string;
            /**
             * @description `accepted`: the provider took the message. `refused`: it did not, and will not.
             * @example accepted
             * @enum {string}
             */
            verdict: "accepted" | "refused";
            /**
             * @description The provider's words; of a refusal they go into the failure log.
             * @example 550 5.1.1 no such user
             */
            response?: string;
        };
        EvidenceResponse: {
            /**
             * @description The key or id it was given with.
             * @example 12.17.mhq2k3v4
             */
            key: string;
            /**
             * @description `settled`: it changed the outcome. `unchanged`: the outcome stands. `pending`: the recipient has none yet; send it again
             *     later. `unknown`: no message of this installation has that key.
             * @example settled
             * @enum {string}
             */
            result: "unknown" | "pending" | "unchanged" | "settled";
            /**
             * @description The outcome now; null while there is none.
             * @example sent
             * @enum {string|null}
             */
            outcome: "failed" | "skipped" | "sent" | "in_doubt" | null;
        };
        ExplainedRule: {
            /**
             * @description Stable; for programs.
             * @example consent
             */
            rule: string;
            /**
             * @description `pass`: it lets the message through. `stop`: it does not. `wait`: not yet. `unknown`: nobody can tell.
             * @example stop
             * @enum {string}
             */
            verdict: "unknown" | "wait" | "pass" | "stop";
            /**
             * @description For people.
             * @example It opted out of email.
             */
            detail: string;
        };
        AttemptResponse: {
            /** @example 1 */
            attempt: number;
            /** Format: date-time */
            at: string;
            /** @example smtp_450 */
            code: string;
            /** @example 4.2.1 */
            enhanced_code: string | null;
            /** @description The provider's words. */
            response: string | null;
            transient: boolean;
            /**
             * @description The account that it went through; null where there was none.
             * @example ses-main
             */
            provider: string | null;
        };
        ExplanationResponse: {
            /** @example 1 */
            campaign_id: number;
            /** @description The run that is explained; null while there is none. */
            run_id: number | null;
            contact_id: number | null;
            rules: components["schemas"]["ExplainedRule"][];
            /** @description Of a contact: the tries that did not end in `sent`, with the provider's words. */
            attempts: components["schemas"]["AttemptResponse"][];
            /** @description Of a contact: which variant it gets, or got; null where it has none, or none yet. */
            variant: string | null;
            /**
             * @description Of a contact: what became of it; null while it is pending, or where it was not in the audience.
             * @enum {string|null}
             */
            outcome: "failed" | "skipped" | "sent" | "in_doubt" | null;
            /**
             * Format: date-time
             * @description Of a contact: when it is tried next, not before its account takes messages again; null where it is not, and while only
             *     people can set it going, as in a paused run.
             */
            next_try_at: string | null;
        };
        RequestOptIn: {
            /**
             * @example email
             * @enum {string}
             */
            channel: "email" | "sms" | "push";
            /**
             * @description The wording that is agreed to; goes into the history.
             * @example 2026-03
             */
            text_version: string;
            /**
             * @description Where the person signed up; goes into the history.
             * @example sign-up form
             */
            source?: string;
        };
        OptInResponse: {
            /** @example 17 */
            contact_id: number;
            /**
             * @example email
             * @enum {string}
             */
            channel: "push" | "email" | "sms";
            /**
             * @description Where the person confirms, within 14 days. Told to administrators only, for whoever has it can confirm; else null.
             * @example https://news.example.com/opt-in/c0ffee
             */
            confirm_url: string | null;
            /**
             * @description Who carried the message.
             * @example smtp
             */
            provider: string;
            /**
             * @description What the provider said: `sent`, or that it did not take the message; ask again then.
             * @example sent
             * @enum {string}
             */
            outcome: "unknown" | "rejected" | "sent" | "deferred";
            /** @description Its code and words; null where it took the message. */
            code: string | null;
            response: string | null;
        };
        ContactSketch: {
            /**
             * @description Your own identifier of this person; not blank.
             * @example crm-4711
             */
            external_id?: string | null;
            /**
             * @description Stored trimmed, in lower case, and with its domain in ASCII (`xn--`); unique.
             * @example ada@example.com
             */
            email?: string | null;
            /**
             * @description Stored in international form (E.164); unique. Without a country code it is one of `DEFAULT_COUNTRY`, if that is set. One
             *     with an extension is refused.
             * @example +4915112345678
             */
            phone?: string | null;
            /** @example Ada */
            first_name?: string | null;
            /** @example Lovelace */
            last_name?: string | null;
            /** @example en-GB */
            locale?: string | null;
            /**
             * @description Name of the time zone database (IANA), in any case: an area and a place, or an alias; an offset such as +05:30 is none.
             * @example Europe/London
             */
            time_zone?: string | null;
            /**
             * @description Anything else worth knowing, for templates and segments: at most 16,384 characters of JSON, eight levels deep.
             * @example {
             *       "plan": "pro"
             *     }
             */
            attributes?: {
                [key: string]: unknown;
            };
        };
        PreviewContent: {
            /**
             * @description Further headers, at most 30, by name. Those that the engine writes are refused.
             * @example {
             *       "X-Campaign-Owner": "growth"
             *     }
             */
            headers?: {
                [key: string]: string;
            } | null;
            /**
             * @description Email unless given.
             * @enum {string}
             */
            channel?: "email" | "sms" | "push";
            /** @description Email and push only; a Liquid template. An email without one takes the campaign's name. */
            subject?: string | null;
            /**
             * @description A Liquid template over the contact, e.g. `Hi {{ first_name | default: "there" }}`. Values are escaped in HTML. Of the
             *     message itself there are `{{ unsubscribe_url }}`, `{{ preferences_url }}`, `{{ push_subscribe_url }}` (where a browser
             *     is subscribed to push) and `{{ postal_address }}`.
             * @example Stay updated with the latest in tech!
             */
            message: string;
            /**
             * @description Text unless given. `mjml` where the package of that name is installed.
             * @enum {string}
             */
            format?: "text" | "html" | "mjml";
            /**
             * @description `marketing` unless given. A `transactional` message (an order, a password) also goes to who unsubscribed or has not
             *     confirmed, never to an address that bounced, complained or was suppressed by hand, and needs no way out.
             * @enum {string}
             */
            kind?: "marketing" | "transactional";
            /**
             * @description A marketing email has `{{ unsubscribe_url }}` and `{{ postal_address }}`: `auto` (unless given) adds below the message
             *     what it lacks of them; with `none` a message that lacks them is refused when it is to be sent.
             * @enum {string}
             */
            footer?: "auto" | "none";
            /**
             * @description What mail programs show beside the subject; a Liquid template, for format `html`.
             * @example Three things worth knowing this week
             */
            preheader?: string | null;
            /**
             * @description Where answers go; to the sender unless given.
             * @example hello@example.org
             */
            reply_to?: string | null;
            /** @description EMAIL_FROM unless given. */
            sender?: (components["schemas"]["SenderFields"] | (never | null)) | null;
            /** @description The message for those who read text, with format `html`; a Liquid template. Made from the message unless given. */
            text?: string | null;
            /**
             * @description What a click on the notification opens.
             * @example https://example.org/news
             */
            url?: string | null;
            /**
             * @description The picture beside it.
             * @example https://example.org/icon-192.png
             */
            icon?: string | null;
            /** @description What is counted of what recipients do with the message. */
            tracking?: (components["schemas"]["TrackingFields"] | (never | null)) | null;
            /** @description Not supported: anything but none is refused with `ATTACHMENTS_NOT_SUPPORTED`. Link to a file instead. */
            attachments?: Record<string, never>[] | null;
            /** @example 1 */
            contact_id?: number;
            /** @example ada@example.com */
            email?: string;
            /** @example crm-4711 */
            external_id?: string;
            /**
             * @description Somebody who need not exist.
             * @example {
             *       "first_name": "Ada",
             *       "attributes": {
             *         "plan": "pro"
             *       }
             *     }
             */
            contact?: components["schemas"]["ContactSketch"];
        };
        PreviewSms: {
            /** @example 1 */
            segments: number;
            /** @enum {string} */
            encoding: "ucs2" | "gsm7";
            /** @description Septets of GSM-7, or 16-bit units of UCS-2. */
            units: number;
            /** @description The first character outside of GSM-7, which makes the whole text dearer; null for none. */
            forced_by: string | null;
        };
        MessagePreviewResponse: {
            /** @description Null for somebody who was given by fields, or not at all. */
            contact_id: number | null;
            /** @enum {string} */
            channel: "push" | "email" | "sms";
            /** @example Good morning, Ada */
            subject: string | null;
            preheader: string | null;
            /** @description The body in HTML; null for a text. Its links for unsubscribing and preferences lead to nobody. Show it only sandboxed. */
            html: string | null;
            /**
             * @description The body as text: of an email in HTML the one that goes along with it. In an SMS whose clicks are counted, links are as long
             *     as they are sent, and lead nowhere.
             */
            text: string;
            /**
             * @description What an email says about itself, beside what is new in every message.
             * @example {
             *       "From": "Example News <news@example.org>"
             *     }
             */
            headers: {
                [key: string]: string;
            };
            /**
             * @description Variables that the message prints without a default, and that this contact leaves empty.
             * @example [
             *       "attributes.city"
             *     ]
             */
            missing_variables: string[];
            /**
             * @description Links of which no click is counted although the message's are: a variable decides where they lead.
             * @example [
             *       "{{ attributes.url }}"
             *     ]
             */
            uncounted_links: string[];
            /** @description Bytes of the bodies in UTF-8, as they are before they are encoded for the way. Gmail cuts HTML off at 102 kB. */
            size: number;
            /** @description Of an SMS. */
            sms: (components["schemas"]["PreviewSms"] | (never | null)) | null;
        };
        PreviewVariant: {
            /**
             * @description The name of a variant; the campaign's own message unless given.
             * @example B
             */
            variant?: string;
            /**
             * @description Somebody who need not exist.
             * @example {
             *       "first_name": "Ada",
             *       "attributes": {
             *         "plan": "pro"
             *       }
             *     }
             */
            contact?: components["schemas"]["ContactSketch"];
            /** @example 1 */
            contact_id?: number;
            /** @example ada@example.com */
            email?: string;
            /** @example crm-4711 */
            external_id?: string;
        };
        ProviderLimit: {
            /** @enum {string} */
            period: "day" | "hour" | "minute" | "second";
            /** @example 50000 */
            limit: number;
            /**
             * @description Messages granted in the period that ends now, by all processes.
             * @example 1200
             */
            used: number;
        };
        ProviderResponse: {
            /**
             * @description Null for one that the environment configures, which is changed there.
             * @example 2
             */
            id: number | null;
            /** @enum {string} */
            channel: "push" | "email" | "sms";
            /** @example ses-main */
            name: string;
            /** @example ses */
            kind: string;
            /** @enum {string} */
            source: "environment" | "database";
            /** @description Null where the environment has them. */
            settings: {
                [key: string]: unknown;
            } | null;
            /** @description Whether secrets are kept; these are never answered. */
            has_secret: boolean;
            /**
             * @description The address to set as its webhook at the provider, from where reports come in; by PUBLIC_URL, as everything else outside.
             * @example https://campanile.example.org/inbound/ses-main
             */
            reports_to: string;
            /** @description Whether campaigns of the channel that name no account go through it. */
            default: boolean;
            enabled: boolean;
            /** @example 3 */
            fallback_id: number | null;
            /**
             * @description `limited` has used up a limit, `put_off` had trouble or asked to wait, `probing` is tried with one message, `off` is
             *     switched off.
             * @enum {string}
             */
            state: "off" | "ready" | "limited" | "put_off" | "probing";
            /** Format: date-time */
            blocked_until: string | null;
            /** @example smtp_connect: connect ECONNREFUSED */
            reason: string | null;
            limits: components["schemas"]["ProviderLimit"][];
            /** @description Rises with every edit; the ETag. Null for one of the environment. */
            version: number | null;
            /** Format: date-time */
            created_at: string | null;
            /** Format: date-time */
            updated_at: string | null;
        };
        SmtpSettings: {
            /** @example smtp.example.org */
            host: string;
            /**
             * @description 465 with `security: tls`, else 587, unless given.
             * @example 587
             */
            port?: number;
            /**
             * @description `tls` from the first byte; `starttls` sends nothing unencrypted; `opportunistic` (unless given) encrypts where the server
             *     offers it.
             * @enum {string}
             */
            security?: "tls" | "starttls" | "opportunistic";
            /** @description Whether any certificate will do; false unless given. */
            allow_invalid_certificate?: boolean;
            /** @description Together with the secret `password`. */
            user?: string;
            /**
             * @description The sender, as `address` or `Name <address>`.
             * @example Example News <news@example.org>
             */
            from: string;
            /**
             * @description Connections that a process may have open at a time; 10 unless given.
             * @example 10
             */
            connections?: number;
        };
        SesSettings: {
            /** @example eu-central-1 */
            region: string;
            /** @example AKIAIOSFODNN7EXAMPLE */
            access_key_id: string;
            /** @description Under whose event destinations the messages go. */
            configuration_set?: string;
            /**
             * @description The SNS topic that reports arrive by; needed for these.
             * @example arn:aws:sns:eu-central-1:123456789012:campanile
             */
            topic_arn?: string;
            /**
             * @description Where the API is, if not where the vendor's documentation says: another region, a proxy of yours. The vendor's paths are
             *     put behind its own.
             */
            endpoint?: string;
            /**
             * @description The sender, as `address` or `Name <address>`.
             * @example Example News <news@example.org>
             */
            from: string;
            /**
             * @description Connections that a process may have open at a time; 10 unless given.
             * @example 10
             */
            connections?: number;
        };
        SendgridSettings: {
            /** @description The verification key of the signed event webhook, in base64; needed for reports. */
            webhook_public_key?: string;
            /**
             * @description Where the API is, if not where the vendor's documentation says: another region, a proxy of yours. The vendor's paths are
             *     put behind its own.
             */
            endpoint?: string;
            /**
             * @description The sender, as `address` or `Name <address>`.
             * @example Example News <news@example.org>
             */
            from: string;
            /**
             * @description Connections that a process may have open at a time; 10 unless given.
             * @example 10
             */
            connections?: number;
        };
        MailgunSettings: {
            /**
             * @description The sending domain.
             * @example mg.example.org
             */
            domain: string;
            /**
             * @description Where the API is, if not where the vendor's documentation says: another region, a proxy of yours. The vendor's paths are
             *     put behind its own.
             */
            endpoint?: string;
            /**
             * @description The sender, as `address` or `Name <address>`.
             * @example Example News <news@example.org>
             */
            from: string;
            /**
             * @description Connections that a process may have open at a time; 10 unless given.
             * @example 10
             */
            connections?: number;
        };
        PostmarkSettings: {
            /**
             * @description `broadcast` unless given.
             * @example broadcast
             */
            message_stream?: string;
            /**
             * @description Where the API is, if not where the vendor's documentation says: another region, a proxy of yours. The vendor's paths are
             *     put behind its own.
             */
            endpoint?: string;
            /**
             * @description The sender, as `address` or `Name <address>`.
             * @example Example News <news@example.org>
             */
            from: string;
            /**
             * @description Connections that a process may have open at a time; 10 unless given.
             * @example 10
             */
            connections?: number;
        };
        ResendSettings: {
            /**
             * @description Where the API is, if not where the vendor's documentation says: another region, a proxy of yours. The vendor's paths are
             *     put behind its own.
             */
            endpoint?: string;
            /**
             * @description The sender, as `address` or `Name <address>`.
             * @example Example News <news@example.org>
             */
            from: string;
            /**
             * @description Connections that a process may have open at a time; 10 unless given.
             * @example 10
             */
            connections?: number;
        };
        HttpSettings: {
            /**
             * @description Where each message is posted to. What of its query is secret belongs into the secret `query`: this is shown.
             * @example https://sms.example.org/v1/messages
             */
            url: string;
            /**
             * @description Liquid over `to`, `text`, `from` and `id`, its values escaped as the content type asks; a JSON object of these unless given.
             *     It only prints and chooses: no loops, no values of its own, no filters that may take long.
             * @example {"to":"{{ to }}","text":"{{ text }}"}
             */
            body?: string;
            /**
             * @description Header names and values that are no secret, such as a content type. The others belong into the secret `headers`.
             * @example {
             *       "content-type": "application/json"
             *     }
             */
            headers?: {
                [key: string]: string;
            };
            /**
             * @description The sender that the body may speak of.
             * @example Example
             */
            from?: string;
            /** @description Whether it honours `Idempotency-Key`: then a message that it may have taken is sent again under its key. */
            idempotent?: boolean;
            /**
             * @description Connections that a process may have open at a time; 10 unless given.
             * @example 10
             */
            connections?: number;
        };
        TwilioSettings: {
            /** @example ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx */
            account_sid: string;
            /**
             * @description A number or a name of yours.
             * @example +15550100
             */
            from?: string;
            /** @example MGxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx */
            messaging_service_sid?: string;
            /** @description Where the API is, if not at the vendor's usual place; the vendor's paths are put behind its own. */
            endpoint?: string;
            /**
             * @description Connections that a process may have open at a time; 10 unless given.
             * @example 10
             */
            connections?: number;
        };
        VonageSettings: {
            /** @example abcd1234 */
            api_key: string;
            /**
             * @description A number or a name of yours.
             * @example Example
             */
            from: string;
            /** @description Where the API is, if not at the vendor's usual place; the vendor's paths are put behind its own. */
            endpoint?: string;
            /**
             * @description Connections that a process may have open at a time; 10 unless given.
             * @example 10
             */
            connections?: number;
        };
        WebPushSettings: {
            /**
             * @description Whom a push service may turn to.
             * @example mailto:push@example.org
             */
            subject: string;
            /**
             * @description With which browsers subscribe; another one makes every earlier subscription useless.
             * @example BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM
             */
            public_key: string;
            /**
             * @description How much a message may wake a sleeping device; `normal` unless given.
             * @enum {string}
             */
            urgency?: "very-low" | "low" | "normal" | "high";
            /**
             * @description Of messages with the same topic that wait for a browser only the newest stays.
             * @example news
             */
            topic?: string;
            /**
             * @description Hosts of further push services. Those of the usual browsers are known; to others nothing is sent.
             * @example [
             *       "push.example.org"
             *     ]
             */
            push_services?: string[];
            /**
             * @description Connections to one push service that a process may have open at a time; 10 unless given.
             * @example 10
             */
            connections?: number;
            /**
             * @description Seconds for which a message is kept for a browser or device that is away, at most four weeks; a day unless given.
             * @example 86400
             */
            ttl_seconds?: number;
        };
        FcmSettings: {
            /**
             * @description Whether it may wake a sleeping Android device; `normal` unless given.
             * @enum {string}
             */
            priority?: "normal" | "high";
            /** @description Where the API is, if not at the vendor's usual place; the vendor's paths are put behind its own. */
            endpoint?: string;
            /**
             * @description Connections to one push service that a process may have open at a time; 10 unless given.
             * @example 10
             */
            connections?: number;
            /**
             * @description Seconds for which a message is kept for a browser or device that is away, at most four weeks; a day unless given.
             * @example 86400
             */
            ttl_seconds?: number;
        };
        SandboxSettings: {
            /**
             * Format: double
             * @description The share of tries that it refuses for the moment; 0 unless given.
             * @example 0.05
             */
            failure_rate?: number;
            /**
             * @description Milliseconds until it answers; 0 unless given.
             * @example 100
             */
            latency_ms?: number;
        };
        SmtpSecrets: {
            password?: string;
            /** @description The secret of those who report bounces in the mail server's stead, by Standard Webhooks. */
            webhook_secret?: string;
        };
        SesSecrets: {
            secret_access_key: string;
        };
        ApiKeySecrets: {
            api_key: string;
        };
        MailgunSecrets: {
            api_key: string;
            /** @description The HTTP webhook signing key; needed for reports. */
            webhook_signing_key?: string;
        };
        PostmarkSecrets: {
            server_token: string;
            /** @description The password that its webhooks have in their URL, of your making: `https://any:<password>@…`; needed for reports. */
            webhook_password?: string;
        };
        ResendSecrets: {
            api_key: string;
            /** @description The signing secret of the webhook; needed for reports. */
            webhook_secret?: string;
        };
        HttpSecrets: {
            /**
             * @description Header names and values.
             * @example {
             *       "authorization": "Bearer change-me"
             *     }
             */
            headers?: {
                [key: string]: string;
            };
            /**
             * @description Names and values that are put behind the URL, for an API that takes its key there.
             * @example {
             *       "api_key": "change-me"
             *     }
             */
            query?: {
                [key: string]: string;
            };
            /** @description The secret by which it signs its reports (Standard Webhooks); needed for these. */
            webhook_secret?: string;
        };
        TwilioSecrets: {
            auth_token: string;
        };
        VonageSecrets: {
            api_secret: string;
            /** @description The signature secret of the account, by which it signs reports (SHA-256 HMAC); needed for these. */
            signature_secret?: string;
        };
        WebPushSecrets: {
            private_key: string;
        };
        FcmSecrets: {
            /** @description The JSON of a service account's key, as Google gives it. */
            service_account: {
                [key: string]: unknown;
            };
        };
        NoSecrets: Record<string, never>;
        ProviderLimitFields: {
            /** @enum {string} */
            period: "second" | "minute" | "hour" | "day";
            /** @example 50000 */
            limit: number;
        };
        CreateProvider: {
            /** @description As the kind asks. */
            settings: {
                [key: string]: unknown;
            } | components["schemas"]["SmtpSettings"] | components["schemas"]["SesSettings"] | components["schemas"]["SendgridSettings"] | components["schemas"]["MailgunSettings"] | components["schemas"]["PostmarkSettings"] | components["schemas"]["ResendSettings"] | components["schemas"]["HttpSettings"] | components["schemas"]["TwilioSettings"] | components["schemas"]["VonageSettings"] | components["schemas"]["WebPushSettings"] | components["schemas"]["FcmSettings"] | components["schemas"]["SandboxSettings"];
            /** @description As the kind asks. They are kept encrypted and never answered. */
            secrets?: {
                [key: string]: unknown;
            } | components["schemas"]["SmtpSecrets"] | components["schemas"]["SesSecrets"] | components["schemas"]["ApiKeySecrets"] | components["schemas"]["MailgunSecrets"] | components["schemas"]["PostmarkSecrets"] | components["schemas"]["ResendSecrets"] | components["schemas"]["HttpSecrets"] | components["schemas"]["TwilioSecrets"] | components["schemas"]["VonageSecrets"] | components["schemas"]["WebPushSecrets"] | components["schemas"]["FcmSecrets"] | components["schemas"]["NoSecrets"];
            /**
             * @description What runs, campaigns and logs name it by; unique, never changed, and none of the names of kinds.
             * @example ses-main
             */
            name: string;
            /** @enum {string} */
            channel: "email" | "sms" | "push";
            /**
             * @description Email: `smtp`, `ses`, `sendgrid`, `mailgun`, `postmark`, `resend`. SMS: `http`, `twilio`, `vonage`.
             *     Push: `web_push` (browsers), `fcm` (devices). Any: `sandbox`.
             * @enum {string}
             */
            kind: "smtp" | "ses" | "sendgrid" | "mailgun" | "postmark" | "resend" | "http" | "twilio" | "vonage" | "web_push" | "fcm" | "sandbox";
            /**
             * @description None unless given. They are taken before it is known who is to be left out: who is suppressed, capped or without consent
             *     by then counts like a message.
             */
            limits?: components["schemas"]["ProviderLimitFields"][];
            /** @description Whether campaigns of the channel that name no account go through it; takes the place of the one that was it. */
            default?: boolean;
            /**
             * @description The account of the same channel that takes over what this one surely did not take: while it is switched off, is refused,
             *     fails again and again, or asks to wait for more than a minute or three times in a row. Its own fallback is not asked then.
             * @example 2
             */
            fallback_id?: number | null;
            /** @description False keeps it and sends nothing through it; true unless given. */
            enabled?: boolean;
        };
        VapidKeys: {
            /** @description For the settings of an account. */
            public_key: string;
            /** @description For its secrets. */
            private_key: string;
        };
        UpdateProvider: {
            /** @description As the kind asks. */
            settings?: {
                [key: string]: unknown;
            } | components["schemas"]["SmtpSettings"] | components["schemas"]["SesSettings"] | components["schemas"]["SendgridSettings"] | components["schemas"]["MailgunSettings"] | components["schemas"]["PostmarkSettings"] | components["schemas"]["ResendSettings"] | components["schemas"]["HttpSettings"] | components["schemas"]["TwilioSettings"] | components["schemas"]["VonageSettings"] | components["schemas"]["WebPushSettings"] | components["schemas"]["FcmSettings"] | components["schemas"]["SandboxSettings"];
            /** @description As the kind asks. They are kept encrypted and never answered. */
            secrets?: {
                [key: string]: unknown;
            } | components["schemas"]["SmtpSecrets"] | components["schemas"]["SesSecrets"] | components["schemas"]["ApiKeySecrets"] | components["schemas"]["MailgunSecrets"] | components["schemas"]["PostmarkSecrets"] | components["schemas"]["ResendSecrets"] | components["schemas"]["HttpSecrets"] | components["schemas"]["TwilioSecrets"] | components["schemas"]["VonageSecrets"] | components["schemas"]["WebPushSecrets"] | components["schemas"]["FcmSecrets"] | components["schemas"]["NoSecrets"];
            /**
             * @description None unless given. They are taken before it is known who is to be left out: who is suppressed, capped or without consent
             *     by then counts like a message.
             */
            limits?: components["schemas"]["ProviderLimitFields"][];
            /** @description Whether campaigns of the channel that name no account go through it; takes the place of the one that was it. */
            default?: boolean;
            /**
             * @description The account of the same channel that takes over what this one surely did not take: while it is switched off, is refused,
             *     fails again and again, or asks to wait for more than a minute or three times in a row. Its own fallback is not asked then.
             * @example 2
             */
            fallback_id?: number | null;
            /** @description False keeps it and sends nothing through it; true unless given. */
            enabled?: boolean;
        };
        TestProvider: {
            /**
             * @description An address of the account's channel; for `web_push` the JSON of a browser's subscription, for `fcm` a token.
             * @example me@example.org
             */
            to: string;
        };
        ProviderTestResponse: {
            /** @example 2 */
            provider_id: number;
            /** @example me@example.org */
            to: string;
            /**
             * @description `sent` was accepted, `rejected` and `deferred` surely not; `unknown` may have been.
             * @enum {string}
             */
            outcome: "unknown" | "rejected" | "sent" | "deferred";
            /**
             * @description Of a deferral: whether the recipient, the provider or our account is what it is about.
             * @enum {string|null}
             */
            scope: "provider" | "recipient" | "account" | null;
            /** @example http_401 */
            code: string | null;
            /** @description The provider's words. */
            response: string | null;
            provider_message_id: string | null;
        };
        RunSegment: {
            /** @example vip */
            name: string;
            /** @description Null for a static one. */
            rule: {
                [key: string]: unknown;
            } | null;
        };
        RunAudienceResponse: {
            /** @example 12 */
            run_id: number;
            /** @description In one of these a contact had to be; null for everyone. */
            include: components["schemas"]["RunSegment"][] | null;
            /** @description In none of these it could be. */
            exclude: components["schemas"]["RunSegment"][];
            /** @description Whether those were left out whom an earlier run had reached. */
            only_new: boolean;
            /** @description Whether it is complete; otherwise the counts are of what is frozen so far. */
            frozen: boolean;
            /** @example 1000 */
            size: number;
            /** @description The run of the campaign before it that was carried out; null for the first. */
            previous_run_id: number | null;
            /** @description Contacts who were not in the previous run's audience; null where that is kept no more. */
            added: number | null;
            /** @description Contacts of the previous run's audience who are not in it; null where that is kept no more. */
            removed: number | null;
        };
        RunMemberResponse: {
            /** @example 12 */
            run_id: number;
            /** @example 17 */
            contact_id: number;
            in_audience: boolean;
            /** @description The batch it was frozen into; null where it is not in the audience. */
            batch: number | null;
            /**
             * Format: date-time
             * @description When that was settled: the opening of the run; null where it is not in the audience.
             */
            since: string | null;
        };
        ReconciliationDifference: {
            /**
             * @description Which; `batches.sent` where the batches of a finished run differ in another way than its own totals.
             * @example sent
             */
            count: string;
            counted: number;
            ledger: number;
        };
        RunResponse: {
            /** @example 12 */
            id: number;
            /** @example 1 */
            campaign_id: number;
            /**
             * Format: date-time
             * @description Its instant in the campaign's zone.
             */
            scheduled_for: string;
            /** @description The wall time at which each contact is due in its own zone; null for a run that is due everywhere at once. */
            local_time: string | null;
            /** @description Contacts without a usable time zone, sent to by the campaign's, in a run that asks for zones. */
            zone_fallback: number;
            /**
             * @example completed
             * @enum {string}
             */
            status: "processing" | "completed" | "cancelled" | "paused" | "cancelling" | "skipped" | "missed";
            /** @description Why it was paused, skipped or missed. */
            reason: string | null;
            /** @enum {string} */
            channel: "push" | "email" | "sms";
            /**
             * @description Who carries it, decided when its audience was frozen; only processes configured with it send.
             * @example smtp
             */
            provider: string | null;
            /** @description The content version this run carries. */
            content_version: number;
            /** @description Whether the whole audience is in batches already. */
            frozen: boolean;
            /** @description Whether its messages tell when they are opened. */
            counts_opens: boolean;
            /** @description Whether they tell when a link of theirs is followed. */
            counts_clicks: boolean;
            /** @description Of the pending: who waits for one of the variants to win. */
            awaiting_winner: number;
            /**
             * Format: date-time
             * @description When the engine decides the winner; null where it does not, or has, so that people choose.
             */
            decides_at: string | null;
            /** @description Of a `missed` or `skipped` run: how many occurrences this row stands for. */
            missed_count: number;
            /** Format: date-time */
            missed_until: string | null;
            /** Format: date-time */
            opened_at: string;
            /** @description How late it opened, in milliseconds; with `local_time` after the first zone on earth got there. */
            opened_after_ms: number;
            /** Format: date-time */
            finished_at: string | null;
            /**
             * Format: date-time
             * @description When its final counts were last compared with the ledger, the night after it ended; null until then.
             */
            reconciled_at: string | null;
            /** @description What differed then; null where nothing did. */
            reconciliation_difference: components["schemas"]["ReconciliationDifference"][] | null;
            /**
             * Format: date-time
             * @description When who got it was forgotten, as old as it was to be kept (`RETENTION_DAYS`); the counts remain. Null until then.
             */
            ledger_dropped_at: string | null;
            /** @description Contacts frozen into the run so far. */
            audience: number;
            /** @description Waiting, in flight, or to be tried again. */
            pending: number;
            /** @description Accepted by the provider. */
            sent: number;
            failed: number;
            /** @description Left out at the moment of sending: unsubscribed, without address, cancelled, outside the hours of sending, held out. */
            skipped: number;
            /** @description Handed over, but the answer was lost. */
            in_doubt: number;
        };
        DeliveryResponse: {
            /** @example 12 */
            run_id: number;
            /** @example 17 */
            contact_id: number;
            /** @description The contact's present email; null for a deleted one. */
            email: string | null;
            /** @description Its present phone number, by which an SMS reaches it; null for a deleted one. */
            phone: string | null;
            /** @enum {string} */
            outcome: "failed" | "skipped" | "sent" | "in_doubt";
            /**
             * @description Why it is not `sent`. `sent_or_` before a reason, of one in doubt: an earlier try may have reached them, and what
             *     follows is what kept them from being sent to again, e.g. `sent_or_cancelled`.
             * @example no_address
             */
            reason: string | null;
            /** @description Tries, the successful one included. */
            attempts: number;
            provider_message_id: string | null;
            /** Format: date-time */
            at: string;
            /** @description Which variant it was; null where the run has none, for who was held out, and who waited for a winner in vain. */
            variant: string | null;
            failed_attempts: components["schemas"]["AttemptResponse"][];
        };
        ContactDeliveryResponse: {
            /** @example 12 */
            run_id: number;
            /** @example 1 */
            campaign_id: number;
            /**
             * @description What the campaign is called now.
             * @example Weekly news
             */
            campaign_name: string;
            /** @enum {string} */
            channel: "push" | "email" | "sms";
            /** @enum {string} */
            outcome: "failed" | "skipped" | "sent" | "in_doubt";
            /**
             * @description Why it is not `sent`.
             * @example no_address
             */
            reason: string | null;
            /**
             * @description Tries, the successful one included.
             * @example 1
             */
            attempts: number;
            /** Format: date-time */
            at: string;
        };
        RunCounts: {
            /** @description Contacts frozen into the run so far. */
            audience: number;
            /** @description Waiting, in flight, or to be tried again. */
            pending: number;
            /** @description Accepted by the provider. */
            sent: number;
            failed: number;
            /** @description Left out at the moment of sending: unsubscribed, without address, cancelled, outside the hours of sending, held out. */
            skipped: number;
            /** @description Handed over, but the answer was lost. */
            in_doubt: number;
        };
        ReconciliationResponse: {
            /** @example 12 */
            run_id: number;
            /** @description Whether all sides are equal and audience = pending + sent + failed + skipped + in_doubt on each. */
            balanced: boolean;
            /** @description What the API shows: the run's own totals once it ended, its batches' counters until then. */
            counted: components["schemas"]["RunCounts"];
            /** @description From the batches' counters; null once the ledger was dropped. */
            batches: (components["schemas"]["RunCounts"] | (never | null)) | null;
            /** @description From the ledger, row by row; pending are the contacts without an outcome. Null once it was dropped. */
            ledger: (components["schemas"]["RunCounts"] | (never | null)) | null;
            differences: components["schemas"]["ReconciliationDifference"][];
            /**
             * Format: date-time
             * @description Since when there is nothing left to compare the counts with, as old as it was to be kept; null as long as there is.
             */
            ledger_dropped_at: string | null;
        };
        SandboxMessageResponse: {
            /** @description Counts up for as long as the process lives. */
            id: number;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            channel: "push" | "email" | "sms";
            to: string;
            to_name: string | null;
            subject: string | null;
            /** @enum {string} */
            format: "text" | "html";
            /**
             * @description As the recipient would have it. For a key or user without the scope `write` the links to the recipient's own pages
             *     (unsubscribe, preferences, opt-in, push) end with `hidden` in place of their token: whoever has one can change the
             *     consent of a contact.
             */
            body: string;
            run_id: number;
            contact_id: number;
            attempt: number;
        };
        TestSend: {
            /**
             * @description The name of a variant; the campaign's own message unless given.
             * @example B
             */
            variant?: string;
            /**
             * @description Somebody who need not exist.
             * @example {
             *       "first_name": "Ada",
             *       "attributes": {
             *         "plan": "pro"
             *       }
             *     }
             */
            contact?: components["schemas"]["ContactSketch"];
            /** @example 1 */
            contact_id?: number;
            /** @example ada@example.com */
            email?: string;
            /** @example crm-4711 */
            external_id?: string;
            /**
             * @description Up to ten addresses of the campaign's channel; they need not be contacts.
             * @example [
             *       "me@example.org"
             *     ]
             */
            to: string[];
            /** @description Whether the subject begins with `[Test]`; true unless given. */
            mark?: boolean;
        };
        TestSendResult: {
            /** @example me@example.org */
            to: string;
            /**
             * @description `sent` was accepted, `rejected` and `deferred` surely not; `unknown` may have been.
             * @enum {string}
             */
            outcome: "unknown" | "rejected" | "sent" | "deferred";
            /** @example smtp_550 */
            code: string | null;
            /** @description The provider's words. */
            response: string | null;
            provider_message_id: string | null;
        };
        TestSendResponse: {
            /** @example 1 */
            campaign_id: number;
            /** @enum {string} */
            channel: "push" | "email" | "sms";
            /** @example smtp */
            provider: string;
            /** @example [Test] Good morning, Ada */
            subject: string | null;
            results: components["schemas"]["TestSendResult"][];
        };
        ChooseWinner: {
            /** @example B */
            variant: string;
        };
        VariantResultResponse: {
            /** @example B */
            name: string;
            sent: number;
            /** @description People who opened. */
            opened: number;
            /** @description People who clicked. */
            clicked: number;
        };
        WinnerResponse: {
            /**
             * Format: double
             * @description How likely a difference as large between the best variant and the next is where there is none, times the number of pairs;
             *     null where nothing was compared.
             * @example 0.012
             */
            p_value: number | null;
            /** @description Null while people are waited for. */
            variant: string | null;
            /**
             * @description `clicks` or `opens`: it was surely better. `leader`: it was not, but best. `named`: none was, and `on_undecided` names it.
             *     `hand`: people chose. `undecided`: none was, and people are waited for.
             * @example clicks
             * @enum {string}
             */
            decided_by: "named" | "opens" | "clicks" | "hand" | "leader" | "undecided";
            /** Format: date-time */
            decided_at: string;
            /** @description The API key of who chose; null where the engine did. */
            chosen_by: string | null;
            /** @description How the variants stood then. */
            results: components["schemas"]["VariantResultResponse"][];
        };
        MailTaken: {
            /**
             * @description Null for one that reports nothing: an answer by a person or a machine, a delay.
             * @enum {string|null}
             */
            kind: "unsubscribed" | "bounced" | "complained" | "opened" | "delivered" | "soft_bounced" | null;
            /**
             * @description The delivery key of the message that it is about; null where it tells none that can be believed.
             * @example 12.17.mhq2k3v4
             */
            message: string | null;
        };
        ReportResponse: {
            /** @example 7 */
            id: number;
            /**
             * @description The account that reported it, or `mail` for what came to `/inbound/mail`.
             * @example ses-main
             */
            source: string;
            /**
             * @description `bounced` for good, `soft_bounced` for the moment.
             * @enum {string}
             */
            kind: "unsubscribed" | "bounced" | "complained" | "opened" | "delivered" | "soft_bounced";
            /**
             * Format: date-time
             * @description When it happened, as the provider says; no later than it was received.
             */
            at: string;
            /** Format: date-time */
            received_at: string;
            /**
             * @description The delivery key or Message-ID that it names; null where it names none.
             * @example 12.17.mhq2k3v4
             */
            message: string | null;
            /**
             * @description The words of the mail system, or the code of the carrier.
             * @example smtp; 550 5.1.1 no such user
             */
            words: string | null;
            /** @description Null where it is about no message of this installation. */
            run_id: number | null;
            contact_id: number | null;
        };
        ReportTotal: {
            /** @example ses-main */
            source: string;
            /** @enum {string} */
            kind: "unsubscribed" | "bounced" | "complained" | "opened" | "delivered" | "soft_bounced";
            /** @example 1200 */
            count: number;
        };
        ReplyResponse: {
            /** @example 7 */
            id: number;
            /** @example twilio-news */
            source: string;
            /** @example +4915112345678 */
            phone: string;
            /** @example Stop. */
            text: string;
            /**
             * @description What it asked for; null where it is something else, which nobody acts on.
             * @enum {string|null}
             */
            keyword: "start" | "stop" | "help" | null;
            /**
             * Format: date-time
             * @description When it was written, as the provider says; no later than it was received.
             */
            at: string;
            /** Format: date-time */
            received_at: string;
            /** @description Whose number it was when it came. */
            contact_id: number | null;
        };
        RateInterval: {
            /**
             * Format: double
             * @example 0.0412
             */
            low: number;
            /**
             * Format: double
             * @example 0.0611
             */
            high: number;
        };
        RateIntervals: {
            sent_rate: (components["schemas"]["RateInterval"] | (never | null)) | null;
            delivered_rate: (components["schemas"]["RateInterval"] | (never | null)) | null;
            failure_rate: (components["schemas"]["RateInterval"] | (never | null)) | null;
            open_rate: (components["schemas"]["RateInterval"] | (never | null)) | null;
            click_rate: (components["schemas"]["RateInterval"] | (never | null)) | null;
        };
        AnalyticsRates: {
            /**
             * @description Accepted, of the audience.
             * @example 0.91
             */
            sent_rate: number | null;
            /**
             * @description Accepted, of those tried: sent or failed.
             * @example 0.98
             */
            delivered_rate: number | null;
            /**
             * @description Failed for good, of those tried: sent or failed.
             * @example 0.02
             */
            failure_rate: number | null;
            /**
             * @description Opened, of the sent whose messages count it (`open_base`); null where none does.
             * @example 0.4
             */
            open_rate: number | null;
            /**
             * @description Clicked, of the sent whose messages count it (`click_base`); null where none does.
             * @example 0.05
             */
            click_rate: number | null;
        };
        ComparedCampaign: {
            intervals: components["schemas"]["RateIntervals"];
            /** @example 1 */
            campaign_id: number;
            /** @example Weekly Tech News */
            campaign_name: string;
            /** @enum {string} */
            status: "pending" | "processing" | "completed" | "failed" | "cancelled" | "draft" | "paused";
            /** @description Runs carried out or under way. */
            run_count: number;
            rates: components["schemas"]["AnalyticsRates"];
            /** Format: date-time */
            last_run_at: string | null;
            /** Format: date-time */
            next_run_at: string | null;
            /** @example Every Sunday at 10:00 UTC; next Sun 29 Nov 2026; 3 runs so far */
            recurrence_message: string;
            /**
             * Format: date-time
             * @description The moment these numbers are true of while a run is going; otherwise when they last changed.
             */
            last_updated: string;
            audience: number;
            pending: number;
            /** @description Accepted by the provider. */
            sent: number;
            failed: number;
            skipped: number;
            /** @description Handed over, but the answer was lost. */
            in_doubt: number;
            /**
             * @description Recipients who opened, as far as can be told: machines that open by themselves are left out, and a click is an open also
             *     where images are blocked.
             */
            opened: number;
            /** @description Recipients who clicked, machines that follow every link left out. */
            clicked: number;
            /** @description Of the sent: those whose messages tell that they are opened. What `open_rate` is a share of; 0 where it is not counted. */
            open_base: number;
            /** @description Of the sent: those whose messages tell that a link is followed. What `click_rate` is a share of; 0 where it is not counted. */
            click_base: number;
            /** @description Of the pending: who waits for one of the variants to win. */
            awaiting_winner: number;
            /** @description Recipients whose message was opened, by whomever: people or machines. */
            opened_all: number;
            /** @description Recipients a link of whose message was followed, by whomever. */
            clicked_all: number;
            /** @description How often people loaded the pixel. */
            opens: number;
            /** @description How often people or machines loaded the pixel. */
            opens_all: number;
            /** @description How often people followed a link. */
            clicks: number;
            /** @description How often people or machines followed a link. */
            clicks_all: number;
        };
        RunAnalytics: {
            /** @example 12 */
            run_id: number;
            /** Format: date-time */
            scheduled_for: string;
            /** @enum {string} */
            status: "processing" | "completed" | "cancelled" | "paused" | "cancelling" | "skipped" | "missed";
            reason: string | null;
            /** Format: date-time */
            finished_at: string | null;
            rates: components["schemas"]["AnalyticsRates"];
            audience: number;
            pending: number;
            /** @description Accepted by the provider. */
            sent: number;
            failed: number;
            skipped: number;
            /** @description Handed over, but the answer was lost. */
            in_doubt: number;
            /**
             * @description Recipients who opened, as far as can be told: machines that open by themselves are left out, and a click is an open also
             *     where images are blocked.
             */
            opened: number;
            /** @description Recipients who clicked, machines that follow every link left out. */
            clicked: number;
            /** @description Of the sent: those whose messages tell that they are opened. What `open_rate` is a share of; 0 where it is not counted. */
            open_base: number;
            /** @description Of the sent: those whose messages tell that a link is followed. What `click_rate` is a share of; 0 where it is not counted. */
            click_base: number;
            /** @description Of the pending: who waits for one of the variants to win. */
            awaiting_winner: number;
            /** @description Recipients whose message was opened, by whomever: people or machines. */
            opened_all: number;
            /** @description Recipients a link of whose message was followed, by whomever. */
            clicked_all: number;
            /** @description How often people loaded the pixel. */
            opens: number;
            /** @description How often people or machines loaded the pixel. */
            opens_all: number;
            /** @description How often people followed a link. */
            clicks: number;
            /** @description How often people or machines followed a link. */
            clicks_all: number;
        };
        CampaignAnalyticsDetail: {
            /** @description The latest 100 runs, newest first. */
            runs: components["schemas"]["RunAnalytics"][];
            /** @example 1 */
            campaign_id: number;
            /** @example Weekly Tech News */
            campaign_name: string;
            /** @enum {string} */
            status: "pending" | "processing" | "completed" | "failed" | "cancelled" | "draft" | "paused";
            /** @description Runs carried out or under way. */
            run_count: number;
            rates: components["schemas"]["AnalyticsRates"];
            /** Format: date-time */
            last_run_at: string | null;
            /** Format: date-time */
            next_run_at: string | null;
            /** @example Every Sunday at 10:00 UTC; next Sun 29 Nov 2026; 3 runs so far */
            recurrence_message: string;
            /**
             * Format: date-time
             * @description The moment these numbers are true of while a run is going; otherwise when they last changed.
             */
            last_updated: string;
            audience: number;
            pending: number;
            /** @description Accepted by the provider. */
            sent: number;
            failed: number;
            skipped: number;
            /** @description Handed over, but the answer was lost. */
            in_doubt: number;
            /**
             * @description Recipients who opened, as far as can be told: machines that open by themselves are left out, and a click is an open also
             *     where images are blocked.
             */
            opened: number;
            /** @description Recipients who clicked, machines that follow every link left out. */
            clicked: number;
            /** @description Of the sent: those whose messages tell that they are opened. What `open_rate` is a share of; 0 where it is not counted. */
            open_base: number;
            /** @description Of the sent: those whose messages tell that a link is followed. What `click_rate` is a share of; 0 where it is not counted. */
            click_base: number;
            /** @description Of the pending: who waits for one of the variants to win. */
            awaiting_winner: number;
            /** @description Recipients whose message was opened, by whomever: people or machines. */
            opened_all: number;
            /** @description Recipients a link of whose message was followed, by whomever. */
            clicked_all: number;
            /** @description How often people loaded the pixel. */
            opens: number;
            /** @description How often people or machines loaded the pixel. */
            opens_all: number;
            /** @description How often people followed a link. */
            clicks: number;
            /** @description How often people or machines followed a link. */
            clicks_all: number;
        };
        StepCounts: {
            /** @description Accepted by a provider. */
            sent: number;
            failed: number;
            skipped: number;
            in_doubt: number;
            /** @description Recipients who opened for the first time, machines left out unless `hits=all` asks for them; an estimate. */
            opened: number;
            /** @description Recipients who clicked for the first time, machines left out unless `hits=all` asks for them. */
            clicked: number;
        };
        TimelineStep: {
            /** @description Accepted by a provider. */
            sent: number;
            failed: number;
            skipped: number;
            in_doubt: number;
            /** @description Recipients who opened for the first time, machines left out unless `hits=all` asks for them; an estimate. */
            opened: number;
            /** @description Recipients who clicked for the first time, machines left out unless `hits=all` asks for them. */
            clicked: number;
            /**
             * Format: date-time
             * @description When it begins.
             */
            from: string;
        };
        TimelineResponse: {
            /** @enum {string} */
            hits: "all" | "human";
            /** @enum {string} */
            by: "day" | "hour" | "minute";
            /** @example UTC */
            time_zone: string;
            /**
             * Format: date-time
             * @description When the first step begins; null where there is nothing to show.
             */
            from: string | null;
            /**
             * Format: date-time
             * @description When the last step ends.
             */
            to: string | null;
            /**
             * @description The steps added up. Over all time they are the counts of the run, or of the campaign's runs that are shown; with `hits=all`
             *     `opened` and `clicked` are its `opened_all` and `clicked_all`.
             */
            totals: components["schemas"]["StepCounts"];
            /** @description Without a gap, zeros included. */
            steps: components["schemas"]["TimelineStep"][];
            /** @description Runs so old that only their totals are left (`RETENTION_DAYS`), which are not in this. */
            runs_left_out: number;
        };
        FailureResponse: {
            /**
             * Format: double
             * @description Of all who failed, between 0 and 1.
             * @example 0.6
             */
            share: number;
            /**
             * Format: double
             * @description The share of this reason and the more frequent ones.
             * @example 0.6
             */
            cumulative_share: number;
            /**
             * @description The provider's code, or `attempts_exhausted`.
             * @example smtp_550
             */
            reason: string;
            /** @example 12 */
            count: number;
            /** @description Whether another try might have helped, by the last try of the example; null where there was no try. */
            retryable: boolean | null;
            /**
             * @description The code of that try.
             * @example smtp_550
             */
            example_code: string | null;
            /**
             * @description The provider's words in it.
             * @example 550 5.1.1 no such user
             */
            example: string | null;
        };
        TriesResponse: {
            /**
             * Format: double
             * @description Accepted at this try of all who were tried so often, between 0 and 1.
             * @example 0.7895
             */
            sent_share: number;
            /**
             * @description Which try it was; 0 where the message could not even be made.
             * @example 2
             */
            tries: number;
            /**
             * @description Who was tried so often at least; whom none of the counts below has was tried once more.
             * @example 247
             */
            recipients: number;
            /**
             * @description Accepted at this try.
             * @example 195
             */
            sent: number;
            /** @description Failed for good with this try. */
            failed: number;
            /** @description In doubt since this try. */
            in_doubt: number;
        };
        FailuresResponse: {
            /** @description Who failed, as the run's or the campaign's counts have it. */
            failed: number;
            /** @description The most frequent reason first. */
            reasons: components["schemas"]["FailureResponse"][];
            /** @description Try by try, the first one first, none left out. */
            tries: components["schemas"]["TriesResponse"][];
            /** @description Runs so old that only their totals are left (`RETENTION_DAYS`), which are not in this. */
            runs_left_out: number;
        };
        HeatMapCell: {
            /**
             * @example monday
             * @enum {string}
             */
            weekday: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
            /**
             * @description From 0 to 23.
             * @example 9
             */
            hour: number;
            /** @example 17 */
            clicks: number;
        };
        HeatMapResponse: {
            /** @enum {string} */
            hits: "all" | "human";
            /** @example UTC */
            time_zone: string;
            /** @description All of them: `clicks`, or with `hits=all` `clicks_all`, of the run, or of the campaign's runs that are shown. */
            clicks: number;
            /** @description All 168, zeros included, Monday 0 o'clock first. */
            cells: components["schemas"]["HeatMapCell"][];
            /** @description Runs so old that only their totals are left (`RETENTION_DAYS`), which are not in this. */
            runs_left_out: number;
        };
        WaitResponse: {
            /** @example 60 */
            from_seconds: number;
            /**
             * @description Null for the last, which has no end.
             * @example 120
             */
            to_seconds: number | null;
            /** @example 12 */
            recipients: number;
        };
        WaitsResponse: {
            /**
             * Format: double
             * @description Half of them took no longer; null where there are none.
             * @example 754.5
             */
            median_seconds: number | null;
            /** @enum {string} */
            hits: "all" | "human";
            /** @description Recipients whose first click is known by its time. */
            recipients: number;
            /** @description Every bar, zeros included. */
            waits: components["schemas"]["WaitResponse"][];
            /** @description Runs so old that only their totals are left (`RETENTION_DAYS`), which are not in this. */
            runs_left_out: number;
        };
        RunLinkResponse: {
            /** @example 12 */
            run_id: number;
            /** @description Recipients who followed it, machines left out. */
            clicked: number;
            /** @description Recipients for whom it was followed, by whomever. */
            clicked_all: number;
            /** @description How often people followed it. */
            clicks: number;
            /** @description How often people or machines followed it. */
            clicks_all: number;
        };
        LinkResponse: {
            /** @example 3 */
            id: number;
            /** @description The version of the content that has it; an edited message has links of its own. */
            content_version: number;
            /**
             * @description Stands for it in what is sent.
             * @example 2
             */
            number: number;
            /**
             * @description Where it leads, as the message says it: perhaps with Liquid over the contact in it, and without `utm`.
             * @example https://example.org/offer
             */
            target: string;
            /** @description The runs in which it was followed, newest first. */
            runs: components["schemas"]["RunLinkResponse"][];
            /** @description Recipients who followed it, machines left out. */
            clicked: number;
            /** @description Recipients for whom it was followed, by whomever. */
            clicked_all: number;
            /** @description How often people followed it. */
            clicks: number;
            /** @description How often people or machines followed it. */
            clicks_all: number;
        };
        OutcomeRates: {
            /**
             * @description Accepted, of those tried.
             * @example 0.98
             */
            delivered_rate: number | null;
            /**
             * @description Failed for good, of those tried.
             * @example 0.02
             */
            failure_rate: number | null;
            /**
             * @description First opens by the accepted of the same stretch whose messages count them; null where none does.
             * @example 0.4
             */
            open_rate: number | null;
            /**
             * @description First clicks by the accepted of the same stretch whose messages count them; null where none does.
             * @example 0.05
             */
            click_rate: number | null;
        };
        CohortRun: {
            /** @description Accepted by a provider. */
            sent: number;
            failed: number;
            skipped: number;
            in_doubt: number;
            /** @description Recipients who opened for the first time, machines left out unless `hits=all` asks for them; an estimate. */
            opened: number;
            /** @description Recipients who clicked for the first time, machines left out unless `hits=all` asks for them. */
            clicked: number;
            /** @example 12 */
            run_id: number;
            /** Format: date-time */
            scheduled_for: string;
            /** Format: date-time */
            opened_at: string;
            /** @enum {string} */
            status: "processing" | "completed" | "cancelled" | "paused" | "cancelling" | "skipped" | "missed";
            /**
             * @example 1d
             * @enum {string}
             */
            age: "1h" | "6h" | "1d" | "3d" | "7d" | "30d";
            /** @description Whether it is that old already: the counts of a younger one still grow. */
            complete: boolean;
            /** @description Of the sent: those whose messages tell that they are opened. What `open_rate` is a share of; 0 where it is not counted. */
            open_base: number;
            /** @description Of the sent: those whose messages tell that a link is followed. What `click_rate` is a share of; 0 where it is not counted. */
            click_base: number;
            rates: components["schemas"]["OutcomeRates"];
        };
        IntervalResponse: {
            /**
             * Format: double
             * @example 0.0211
             */
            low: number;
            /**
             * Format: double
             * @example 0.0405
             */
            high: number;
        };
        RateResponse: {
            /**
             * Format: double
             * @example 0.0293
             */
            rate: number;
            interval: components["schemas"]["IntervalResponse"];
        };
        VariantCounts: {
            /** @description Contacts frozen into the run so far. */
            audience: number;
            /** @description Waiting, in flight, or to be tried again. */
            pending: number;
            /** @description Accepted by the provider. */
            sent: number;
            failed: number;
            /** @description Left out at the moment of sending: unsubscribed, without address, cancelled, outside the hours of sending, held out. */
            skipped: number;
            /** @description Handed over, but the answer was lost. */
            in_doubt: number;
            /** @example B */
            name: string;
            /** @description Of the skipped: whose address is suppressed. */
            suppressed: number;
            /** @description People who opened. */
            opened: number;
            /** @description Recipients whose message was opened, by whomever: people or machines. */
            opened_all: number;
            /** @description People who clicked. */
            clicked: number;
            /** @description Recipients a link of whose message was followed, by whomever. */
            clicked_all: number;
            /** @description Null while nothing was sent, or where messages do not count it. */
            open_rate: (components["schemas"]["RateResponse"] | (never | null)) | null;
            /** @description Null while nothing was sent, or where messages do not count it. */
            click_rate: (components["schemas"]["RateResponse"] | (never | null)) | null;
        };
        RunVariantsResponse: {
            /** @example 12 */
            run_id: number;
            /** @description In their order. */
            variants: components["schemas"]["VariantCounts"][];
            /** @description Those who wait for the winner, or waited in vain; nobody once it is decided. */
            waiting: components["schemas"]["RunCounts"];
            /** @description Those who get nothing, to compare with. */
            hold_out: components["schemas"]["RunCounts"];
            /**
             * Format: date-time
             * @description When the engine decides the winner; null where it does not, or has.
             */
            decides_at: string | null;
            /** @description Null as long as nothing was decided. */
            winner: (components["schemas"]["WinnerResponse"] | (never | null)) | null;
        };
        AnalysisResponse: {
            /** @description The run that is looked at; null for the campaign. */
            run_id: number | null;
            /** @enum {string} */
            hits: "all" | "human";
            analytics: components["schemas"]["CampaignAnalyticsDetail"];
            timeline: (components["schemas"]["TimelineResponse"] | (never | null)) | null;
            failures: (components["schemas"]["FailuresResponse"] | (never | null)) | null;
            click_heat_map: (components["schemas"]["HeatMapResponse"] | (never | null)) | null;
            time_to_click: (components["schemas"]["WaitsResponse"] | (never | null)) | null;
            /** @description Every link of the campaign's messages that is counted, with its runs. */
            links: components["schemas"]["LinkResponse"][];
            /** @description The latest 30 runs at the same age; none where one run is looked at. */
            cohort: components["schemas"]["CohortRun"][];
            /** @description Of the run, or of the latest 20 runs that have variants. */
            variants: components["schemas"]["RunVariantsResponse"][];
        };
        CampaignAnalytics: {
            /** @example 1 */
            campaign_id: number;
            /** @example Weekly Tech News */
            campaign_name: string;
            /** @enum {string} */
            status: "pending" | "processing" | "completed" | "failed" | "cancelled" | "draft" | "paused";
            /** @description Runs carried out or under way. */
            run_count: number;
            rates: components["schemas"]["AnalyticsRates"];
            /** Format: date-time */
            last_run_at: string | null;
            /** Format: date-time */
            next_run_at: string | null;
            /** @example Every Sunday at 10:00 UTC; next Sun 29 Nov 2026; 3 runs so far */
            recurrence_message: string;
            /**
             * Format: date-time
             * @description The moment these numbers are true of while a run is going; otherwise when they last changed.
             */
            last_updated: string;
            audience: number;
            pending: number;
            /** @description Accepted by the provider. */
            sent: number;
            failed: number;
            skipped: number;
            /** @description Handed over, but the answer was lost. */
            in_doubt: number;
            /**
             * @description Recipients who opened, as far as can be told: machines that open by themselves are left out, and a click is an open also
             *     where images are blocked.
             */
            opened: number;
            /** @description Recipients who clicked, machines that follow every link left out. */
            clicked: number;
            /** @description Of the sent: those whose messages tell that they are opened. What `open_rate` is a share of; 0 where it is not counted. */
            open_base: number;
            /** @description Of the sent: those whose messages tell that a link is followed. What `click_rate` is a share of; 0 where it is not counted. */
            click_base: number;
            /** @description Of the pending: who waits for one of the variants to win. */
            awaiting_winner: number;
            /** @description Recipients whose message was opened, by whomever: people or machines. */
            opened_all: number;
            /** @description Recipients a link of whose message was followed, by whomever. */
            clicked_all: number;
            /** @description How often people loaded the pixel. */
            opens: number;
            /** @description How often people or machines loaded the pixel. */
            opens_all: number;
            /** @description How often people followed a link. */
            clicks: number;
            /** @description How often people or machines followed a link. */
            clicks_all: number;
        };
        ForecastCampaign: {
            /**
             * @description ISO 8601: the moment at which the run opens; without an offset it is wall time in the campaign's zone. The next
             *     occurrence unless given.
             * @example 2027-02-01T10:00:00
             */
            at?: string | null;
        };
        ForecastExclusion: {
            /** @example unsubscribed */
            reason: string;
            /** @example 12 */
            contacts: number;
        };
        ForecastAudience: {
            /** @example 1000 */
            contacts: number;
            /** @example 988 */
            reachable: number;
            excluded: components["schemas"]["ForecastExclusion"][];
        };
        ForecastFinish: {
            /**
             * Format: double
             * @description Messages per second that it rests on; below 10 with two significant digits.
             * @example 0.14
             */
            per_second: number;
            /** Format: date-time */
            opens_at: string;
            /** Format: date-time */
            finishes_at: string;
            /** @example 1 */
            seconds: number;
            /**
             * @description Where that comes from: `limits` of the provider, `measured` in earlier runs on this channel, or `assumed` because
             *     there was none that could tell.
             * @enum {string}
             */
            basis: "limits" | "measured" | "assumed";
            /** @description The same in words. */
            explanation: string;
        };
        ForecastHour: {
            /** Format: date-time */
            from: string;
            /** @example 988 */
            messages: number;
        };
        ForecastSms: {
            /** @description Messages rendered. */
            sampled: number;
            /** @example 1 */
            fewest_segments: number;
            /** @example 2 */
            most_segments: number;
            /** @description Of the whole run. */
            estimated_segments: number;
            /** @description Sampled messages with a character outside of GSM-7, which have room for 70 instead of 160. */
            ucs2_messages: number;
            /** @description The first such character. */
            forced_by: string | null;
        };
        LintWarningResponse: {
            /** @example TIME_BENT_BY_DST */
            code: string;
            /** @example On 28 Mar 2027: 02:30 does not exist on this day in Europe/Berlin (clocks go forward); moved to 03:30. */
            message: string;
            /**
             * @description JSON pointer into the campaign.
             * @example /schedule_time
             */
            pointer: string;
        };
        ForecastResponse: {
            /** @example 1 */
            campaign_id: number;
            /**
             * Format: date-time
             * @description When this was counted.
             */
            as_of: string;
            audience: components["schemas"]["ForecastAudience"];
            /** @description Null where no run is to come: the campaign is over, or all its runs have opened. `at` asks for one all the same. */
            finish: (components["schemas"]["ForecastFinish"] | (never | null)) | null;
            /** @description From the opening on, hour by hour; no longer than a run may last. */
            volume_per_hour: components["schemas"]["ForecastHour"][];
            /** @description The next ten from then on, with what DST or a month end bends. */
            next_occurrences: components["schemas"]["OccurrenceResponse"][];
            /** @description Of an SMS campaign; null for other channels. */
            sms: (components["schemas"]["ForecastSms"] | (never | null)) | null;
            warnings: components["schemas"]["LintWarningResponse"][];
        };
        RescoreResponse: {
            /** @description Messages that were hit, each judged from all of its hits. */
            messages: number;
            /** @description Hits with another verdict or reason than before. */
            changed: number;
        };
        OverviewTotals: {
            /** @description Accepted by a provider. */
            sent: number;
            failed: number;
            skipped: number;
            in_doubt: number;
            /** @description Recipients who opened for the first time, machines left out unless `hits=all` asks for them; an estimate. */
            opened: number;
            /** @description Recipients who clicked for the first time, machines left out unless `hits=all` asks for them. */
            clicked: number;
            /** @description Of the sent: those whose messages tell that they are opened. What `open_rate` is a share of; 0 where it is not counted. */
            open_base: number;
            /** @description Of the sent: those whose messages tell that a link is followed. What `click_rate` is a share of; 0 where it is not counted. */
            click_base: number;
            rates: components["schemas"]["OutcomeRates"];
        };
        RunningRun: {
            /**
             * Format: double
             * @description Recipients that came to an end per second, in the last one to two minutes.
             * @example 812.5
             */
            per_second: number;
            /** @example 12 */
            run_id: number;
            /** @example 1 */
            campaign_id: number;
            /** @example Weekly Tech News */
            campaign_name: string;
            /** @enum {string} */
            channel: "push" | "email" | "sms";
            /** @enum {string} */
            status: "processing" | "completed" | "cancelled" | "paused" | "cancelling" | "skipped" | "missed";
            reason: string | null;
            /** Format: date-time */
            opened_at: string;
            /** @description Whether the whole audience is in; `audience` still grows until then. */
            frozen: boolean;
            /** @description Of the pending: who waits for one of the variants to win. */
            awaiting_winner: number;
            /**
             * Format: date-time
             * @description When the engine decides the winner; null where it does not, or has, so that people choose.
             */
            decides_at: string | null;
            /**
             * Format: date-time
             * @description When it will be through if it goes on like this, retries that wait left out; null where that cannot be told, as while some wait for a winner.
             */
            finishes_at: string | null;
            /** @description Contacts frozen into the run so far. */
            audience: number;
            /** @description Waiting, in flight, or to be tried again. */
            pending: number;
            /** @description Accepted by the provider. */
            sent: number;
            failed: number;
            /** @description Left out at the moment of sending: unsubscribed, without address, cancelled, outside the hours of sending, held out. */
            skipped: number;
            /** @description Handed over, but the answer was lost. */
            in_doubt: number;
        };
        PlannedRunResponse: {
            /** @example 1 */
            campaign_id: number;
            /** @example Weekly Tech News */
            campaign_name: string;
            /** @enum {string} */
            channel: "push" | "email" | "sms";
            /** Format: date-time */
            opens_at: string;
            /**
             * Format: date-time
             * @description Its occurrence in the campaign's zone; later than the opening where each contact's own clock decides.
             */
            scheduled_for: string;
        };
        ReasonCount: {
            /**
             * @description The provider's code, or why there was no other try.
             * @example smtp_550
             */
            reason: string;
            /** @example 12 */
            count: number;
        };
        ProviderHealth: {
            /** @description Null for one that the environment configures. */
            id: number | null;
            /** @enum {string} */
            channel: "push" | "email" | "sms";
            /** @example ses-main */
            name: string;
            enabled: boolean;
            /** @enum {string} */
            state: "off" | "ready" | "limited" | "put_off" | "probing";
            /** Format: date-time */
            blocked_until: string | null;
            reason: string | null;
            limits: components["schemas"]["ProviderLimit"][];
        };
        OverviewResponse: {
            /** @enum {string} */
            period: "7d" | "30d" | "24h";
            /** Format: date-time */
            from: string;
            /**
             * Format: date-time
             * @description The end of the present hour or day.
             */
            to: string;
            totals: components["schemas"]["OverviewTotals"];
            /** @description The same of the period before, to compare with. */
            before: components["schemas"]["OverviewTotals"];
            /** @description Every step of the period, zeros included; together they are `totals`. */
            timeline: components["schemas"]["TimelineStep"][];
            /** @description Runs that have not ended, all of them counted. */
            running_count: number;
            /** @description The latest 20 of them. */
            running: components["schemas"]["RunningRun"][];
            /** @description The next 40 runs of the next seven days at most, and 8 at most of a campaign. */
            planned: components["schemas"]["PlannedRunResponse"][];
            /** @description Failures of the period by reason, the 20 most frequent. */
            failures: components["schemas"]["ReasonCount"][];
            providers: components["schemas"]["ProviderHealth"][];
        };
        CreateWebhook: {
            /**
             * @description Where events are posted to: https, on the public internet unless `ALLOW_PRIVATE_NETWORKS` is set.
             * @example https://crm.example/hooks/campanile
             */
            url: string;
            /**
             * @description What it is told of. `run.completed`: a run ended, with its totals, also a cancelled one, and again where it was opened
             *     again. `delivery.failed`: recipients of a run that failed, up to a hundred in one event; not those whom people settle by
             *     hand. `contact.unsubscribed`: a contact unsubscribed from a channel, by a link, a text, the API or an import; a complaint,
             *     a bounce or an entry of the suppression list is no opt-out.
             * @example [
             *       "run.completed",
             *       "contact.unsubscribed"
             *     ]
             */
            events: ("run.completed" | "delivery.failed" | "contact.unsubscribed")[];
            /**
             * @description What it is for.
             * @example CRM
             */
            description?: string | null;
        };
        CreatedWebhook: {
            /**
             * @description What events are signed with, as Standard Webhooks says.
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=
             */
            secret: string;
            /** @example 3 */
            id: number;
            /** @example https://crm.example/hooks/campanile */
            url: string;
            /**
             * @example [
             *       "run.completed"
             *     ]
             */
            events: ("contact.unsubscribed" | "run.completed" | "delivery.failed")[];
            /** @example CRM */
            description: string | null;
            /** @description Whether it is told of what happens. */
            active: boolean;
            /** @description Why Campanile stopped telling it; null where it did not. */
            disabled_reason: string | null;
            /**
             * Format: date-time
             * @description Since when it has taken nothing; null where it took the last.
             */
            failing_since: string | null;
            /**
             * Format: date-time
             * @description Until when nothing is sent to it, because it answered 429 or 503 with a `Retry-After`: an hour at most, or until people
             *     take it back or change its URL; null where it did not.
             */
            held_until: string | null;
            /**
             * Format: date-time
             * @description Until when the secret before the last rotation signs as well; null where it does not.
             */
            old_secret_until: string | null;
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        WebhookResponse: {
            /** @example 3 */
            id: number;
            /** @example https://crm.example/hooks/campanile */
            url: string;
            /**
             * @example [
             *       "run.completed"
             *     ]
             */
            events: ("contact.unsubscribed" | "run.completed" | "delivery.failed")[];
            /** @example CRM */
            description: string | null;
            /** @description Whether it is told of what happens. */
            active: boolean;
            /** @description Why Campanile stopped telling it; null where it did not. */
            disabled_reason: string | null;
            /**
             * Format: date-time
             * @description Since when it has taken nothing; null where it took the last.
             */
            failing_since: string | null;
            /**
             * Format: date-time
             * @description Until when nothing is sent to it, because it answered 429 or 503 with a `Retry-After`: an hour at most, or until people
             *     take it back or change its URL; null where it did not.
             */
            held_until: string | null;
            /**
             * Format: date-time
             * @description Until when the secret before the last rotation signs as well; null where it does not.
             */
            old_secret_until: string | null;
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        UpdateWebhook: {
            /** @example https://crm.example/hooks/campanile */
            url?: string;
            /**
             * @example [
             *       "run.completed"
             *     ]
             */
            events?: ("run.completed" | "delivery.failed" | "contact.unsubscribed")[];
            /** @description Null clears it. */
            description?: string | null;
            /**
             * @description False pauses it: it is not told of what happens meanwhile, and what waits for it goes on waiting. True also takes an
             *     endpoint back that was disabled.
             */
            active?: boolean;
        };
        WebhookDeliveryResponse: {
            /**
             * @description What is posted as `data`.
             * @example {
             *       "run_id": 12,
             *       "campaign_id": 3
             *     }
             */
            data: {
                [key: string]: unknown;
            };
            /** @example 7 */
            id: number;
            /**
             * @description The `webhook-id` header, the same in every try: by it a receiver knows a repeat.
             * @example evt_0b9f6d1f4c4b4b6f9a4e5a3c2d1e0f00
             */
            event_id: string;
            /**
             * @example run.completed
             * @enum {string}
             */
            event: "contact.unsubscribed" | "run.completed" | "delivery.failed" | "webhook.test";
            /**
             * @description `pending` for its time, `sending`, `delivered`, or `failed` for good.
             * @enum {string}
             */
            state: "pending" | "failed" | "sending" | "delivered";
            /** @description Tries so far. */
            tries: number;
            /**
             * Format: date-time
             * @description When it happened.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last tried.
             */
            tried_at: string | null;
            /**
             * Format: date-time
             * @description When it is tried next; null where it is not.
             */
            next_try_at: string | null;
            /**
             * @description The status that the endpoint answered last; null for no answer.
             * @example 200
             */
            answer: number | null;
            /**
             * @description Why the last try failed; null where it did not.
             * @example it answered 500
             */
            error: string | null;
        };
        ReplayWebhook: {
            /**
             * Format: date-time
             * @description What happened since then and was not taken yet.
             * @example 2027-01-01T00:00:00Z
             */
            since: string;
        };
        ReplayResponse: {
            /** @example 12 */
            replayed: number;
        };
        ConcernResponse: {
            /**
             * @example IN_DOUBT
             * @enum {string}
             */
            code: "NOTHING_OPENS" | "NOTHING_SENDS" | "OPENING_LATE" | "SENDING_LATE" | "LEASES_EXPIRED" | "IN_DOUBT" | "WEBHOOKS_LATE" | "WEBHOOKS_DISABLED" | "ACCOUNTS_PUT_OFF" | "CONNECTIONS_SCARCE" | "VERSIONS_DIFFER";
            /**
             * @description What it means and what to do.
             * @example Of some recipients nobody knows whether they were reached. Settle them on the screens of their runs.
             */
            message: string;
        };
        ProcessResponse: {
            /** @example 4711 */
            pid: number;
            /**
             * @description The machine it is on; of a long name the beginning.
             * @example mail-2
             */
            host: string;
            /** @example 0.1.0 */
            version: string;
            /**
             * @description What it does: `api`, `scheduler`, `sender`; nothing for a command from a terminal.
             * @example [
             *       "api",
             *       "scheduler",
             *       "sender"
             *     ]
             */
            roles: string[];
            /**
             * Format: date-time
             * @description When the oldest of its connections began; null where the database does not say.
             */
            connected_since: string | null;
            /** @example 4 */
            connections: number;
            /** @description Batches in its hands. */
            leases: number;
            /** @description Whether it gave this answer. */
            answering: boolean;
        };
        LagResponse: {
            /**
             * Format: double
             * @description How long the campaign due longest has waited to be opened.
             * @example 0
             */
            opening_seconds: number;
            /**
             * Format: double
             * @description How long the batch due longest has waited for a sender; of paused runs none does.
             * @example 1.25
             */
            sending_seconds: number;
            /**
             * Format: double
             * @description How long what is due longest to an active webhook has waited.
             * @example 0
             */
            webhook_seconds: number;
            /**
             * @description Of how many of the latest runs the next two are.
             * @example 100
             */
            opened_runs: number;
            /**
             * @description How late half of them opened at most, in milliseconds; null where there are none.
             * @example 12
             */
            opened_median_ms: number | null;
            /**
             * @description How late the latest of them opened, in milliseconds.
             * @example 48
             */
            opened_worst_ms: number | null;
        };
        OpenRunsResponse: {
            /** @example 2 */
            processing: number;
            paused: number;
            cancelling: number;
        };
        QueueResponse: {
            /** @description In batches that a process holds: handed over, or about to be. */
            in_flight: number;
            /** @description Due, and waiting for a sender. */
            due: number;
            /** @description Due later: to be tried again, or at the hour of their own time zone. */
            later: number;
            /** @description Waiting for one of the variants to win. */
            awaiting_winner: number;
            /** @description Of runs that are paused, or about to be cancelled. */
            paused: number;
        };
        LeasesResponse: {
            /** @example 8 */
            held: number;
            /** @description Of processes that stopped renewing them; taken back within seconds. */
            expired: number;
        };
        DatabaseResponse: {
            /**
             * @description Of PostgreSQL.
             * @example 18.1
             */
            server_version: string;
            /**
             * @description What this database takes on the disk, in bytes.
             * @example 73400320
             */
            size_bytes: number;
            /**
             * @description Connections to the server, also to other databases of it.
             * @example 14
             */
            connections: number;
            /**
             * @description How many there may be.
             * @example 97
             */
            most_connections: number;
        };
        SystemResponse: {
            /** @description What to look after, the gravest first; nothing where all is well. */
            concerns: components["schemas"]["ConcernResponse"][];
            processes: components["schemas"]["ProcessResponse"][];
            lag: components["schemas"]["LagResponse"];
            runs: components["schemas"]["OpenRunsResponse"];
            queue: components["schemas"]["QueueResponse"];
            leases: components["schemas"]["LeasesResponse"];
            /** @description Recipients nobody knows of whether they were reached, in runs whose ledger is kept. */
            in_doubt: number;
            /** @description Records that the fence refused, of the process that answers and those it engaged, since it started. */
            fenced_writes: number;
            database: components["schemas"]["DatabaseResponse"];
        };
        SeededContacts: {
            /** @example 60 */
            created: number;
            /** @description There already; left as they are. */
            known: number;
        };
        SeedResult: {
            /** @example 3 */
            segments: number;
            contacts: components["schemas"]["SeededContacts"];
            /** @example 3 */
            campaigns: number;
        };
        SimulateCampaign: {
            /**
             * @description How many days from now.
             * @default 90
             * @example 90
             */
            days: number;
            /**
             * @description Where chance begins: the same seed gives the same answer, another one another.
             * @default 1
             * @example 1
             */
            seed: number;
            /**
             * Format: double
             * @description The share of tries that the sandbox refuses for the moment; they are retried as always.
             * @default 0
             * @example 0.05
             */
            failure_rate: number;
            /**
             * @description How many contacts at most; of a larger audience so many are drawn. Whom a rule means is settled at the beginning.
             * @default 1000
             * @example 1000
             */
            contacts: number;
        };
        SimulationTotals: {
            /** @description Occurrences, the skipped among them. */
            occurrences: number;
            /** @description Those that were carried out to the end. */
            completed: number;
            /** @example 0 */
            overlapped: number;
            /** @example 0 */
            missed: number;
            /** @description Those that DST or a month end moved, in the campaign's zone or in that of a recipient. */
            bent: number;
            /** @description Contacts frozen into the run. */
            audience: number;
            sent: number;
            /** @description Given up after the last retry. */
            failed: number;
            /** @description Left out at the moment of sending. */
            skipped: number;
            in_doubt: number;
        };
        SimulatedException: {
            /** Format: date-time */
            scheduled_for: string;
            /** @example 2027-03-28T03:30:00 */
            local: string;
            /**
             * @example bent
             * @enum {string}
             */
            kind: "skipped" | "missed" | "bent";
            /** @example 02:30 does not exist on this day in Europe/Berlin (clocks go forward); moved to 03:30 */
            reason: string;
        };
        SimulatedRun: {
            /** Format: date-time */
            scheduled_for: string;
            /**
             * @description Wall time in the campaign's zone.
             * @example 2027-03-28T03:30:00
             */
            local: string;
            /** @description Why DST or a month end bent it; null when nothing did. */
            note: string | null;
            /**
             * @example completed
             * @enum {string}
             */
            status: "processing" | "completed" | "cancelled" | "paused" | "cancelling" | "skipped" | "missed";
            /** @description Why it was skipped or missed. */
            reason: string | null;
            /** @description Of a `missed` one: how many occurrences it stands for. */
            missed_count: number;
            /** Format: date-time */
            finished_at: string | null;
            /** @description Contacts frozen into the run. */
            audience: number;
            sent: number;
            /** @description Given up after the last retry. */
            failed: number;
            /** @description Left out at the moment of sending. */
            skipped: number;
            in_doubt: number;
        };
        SimulationResponse: {
            /**
             * Format: double
             * @example 0.05
             */
            failure_rate: number;
            /** @example 1 */
            campaign_id: number;
            /**
             * Format: date-time
             * @description Where the played time began: the present minute.
             */
            from: string;
            /**
             * Format: date-time
             * @description Nothing opens from here on; what was under way is seen through.
             */
            to: string;
            /** @example 1 */
            seed: number;
            /** @description How many contacts the campaign has in truth. */
            audience: number;
            /** @description How many of them were played with. */
            contacts: number;
            totals: components["schemas"]["SimulationTotals"];
            /** @description Bent, skipped and missed occurrences, in order. */
            exceptions: components["schemas"]["SimulatedException"][];
            /** @description In the order of their times. */
            runs: components["schemas"]["SimulatedRun"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    health_live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiveResponse"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    health_ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadyResponse"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The database does not answer. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    keys_list: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    keys_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKey"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    keys_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    keys_rotate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateKey"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    sessions_begin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    sessions_beginByLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInByLink"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    sessions_current: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionResponse"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    sessions_end: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    users_list: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    users_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateUser"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    users_changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePassword"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    users_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    users_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateUser"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    users_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInLinkResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    audit_list: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
                /** @description Only this action. */
                action?: string;
                /** @description Only what was done by a key of this name, or by the user with this address. */
                actor?: string;
                /** @description Only what was done to things of this kind. */
                target?: string;
                /** @description Only what was done to the one with this id. */
                target_id?: string;
                /** @description Only what was done then or later. */
                from?: string;
                /** @description Only what was done before. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntryResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    contacts_list: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
                /** @description Exactly this address. */
                email?: string;
                /**
                 * @description Those whose email address, phone number or external_id begins so, an address in upper or lower case, and a domain in its
                 *     own letters by whole labels. Names are found by a rule, see `POST /segments/preview`.
                 */
                search?: string;
                /**
                 * @description Those with this attribute, `name:value`; a name with full stops goes down into objects (`address.city:Köln`), and is also
                 *     that of an attribute which is called so. Values that
                 *     look like a number or a truth value find these too.
                 */
                attribute?: string;
                /** @description Members of the segment with this name. */
                segment?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    contacts_put: {
        parameters: {
            query?: {
                /** @description Unless given, the first that the contact has of `external_id`, `email` and `phone`. */
                by?: "external_id" | "email" | "phone";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateContact"];
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    contacts_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateContact"];
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    contacts_bulk: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkContacts"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResult"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    contacts_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    contacts_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    contacts_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateContact"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description It was changed in the meantime (`If-Match`). */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    contactsexport_export: {
        parameters: {
            query?: {
                /** @description Members of the segment with this name; everyone unless given. */
                segment?: string;
                /** @description `csv` (RFC 4180, UTF-8) or `ndjson`, a JSON object a line; unless it is given, what `Accept` asks for, or CSV. */
                format?: "csv" | "ndjson";
                /**
                 * @description CSV as it is. Unless this is said, a `'` goes before cells that a spreadsheet would compute: those that begin with
                 *     `=`, `+`, `-`, `@`, a tab or a carriage return. An import takes it off again.
                 */
                raw?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, as an attachment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    imports_list: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    imports_upload: {
        parameters: {
            query?: {
                /**
                 * @description The static segment that every contact of the file is put into; made where there is none of this name. An import whose
                 *     segment is deleted meanwhile fails: what it has imported stays, and nothing makes the segment anew.
                 */
                segment?: string;
                /**
                 * @description Which column is what, where its name does not say so: pairs of a column and a field, `attributes.<name>`, or `-` for a
                 *     column to leave out. A column that is named like a field is that field; any other is an attribute.
                 */
                map?: string;
                /** @description Checks and counts everything, and changes no contact. */
                dry_run?: boolean;
                /**
                 * @description Lets the file give back a consent that a call or a file took away, or that is not confirmed. Unless this is said, a file
                 *     may only take consent away from contacts that are known already: it is older than what they said themselves. No file
                 *     lifts a suppression or subscribes who opted out: of such a row everything else is taken.
                 */
                overwrite_consent?: boolean;
            };
            header?: {
                /** @description Any text of yours, unique per file: a repeat within 24 hours gets the first import, and its body is not read. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/csv": string;
                "application/x-ndjson": string;
                "application/gzip": string;
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportAccepted"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    imports_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportResponse"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    imports_rejected: {
        parameters: {
            query?: {
                /** @description `csv` (RFC 4180, UTF-8) or `ndjson`, a JSON object a line; unless it is given, what `Accept` asks for, or CSV. */
                format?: "csv" | "ndjson";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, as an attachment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    imports_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    personaldata_consent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelConsent"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    personaldata_history: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentChangeResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    personaldata_links: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactLinks"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    personaldata_export: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactExport"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    personaldata_erase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    segments_list: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    segments_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSegment"];
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    segments_preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewSegment"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    segments_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    segments_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    segments_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateSegment"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description It was changed in the meantime (`If-Match`). */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    suppressions_list: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
                /** @description Those of this address. */
                address?: string;
                /** @description Those of this channel, `all` being one of its own. */
                channel?: "all" | "email" | "sms" | "push";
                /** @description Those with this reason. */
                reason?: "manual" | "bounce" | "soft_bounce" | "complaint" | "unsubscribe" | "erasure" | "import";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuppressionResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    suppressions_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSuppression"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedSuppression"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    suppressions_remove: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RemoveSuppressions"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemovalResult"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    suppressions_bulk: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkSuppressions"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuppressionResult"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    calendar_show: {
        parameters: {
            query: {
                /** @description The first day, `YYYY-MM-DD`. */
                from: string;
                /** @description The last day, at most 61 later. */
                to: string;
                /** @description IANA name of the zone whose days they are, in any case; UTC unless given. */
                time_zone?: string;
                /** @description How many campaigns of a day to name; the sums are of all. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarResponse"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    campaigns_list: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
                status?: "draft" | "pending" | "processing" | "paused" | "completed" | "cancelled" | "failed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    campaigns_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateCampaign"];
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    campaigns_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    campaigns_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    campaigns_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateCampaign"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description It was changed in the meantime (`If-Match`). */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    campaigns_reschedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RescheduleCampaign"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description It was changed in the meantime (`If-Match`). */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    campaigns_launch: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    campaigns_pause: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    campaigns_resume: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    campaigns_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    campaigns_occurrences: {
        parameters: {
            query?: {
                count?: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OccurrenceResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    campaignversions_list: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionSummary"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    campaignversions_diff: {
        parameters: {
            query: {
                from: number;
                to: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionDiffResponse"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    campaignversions_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionResponse"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    campaignversions_restore: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description It was changed in the meantime (`If-Match`). */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    missingvariables_of: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MissingVariablesResponse"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    corrections_retryFailed: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer; one that comes before there is an answer gets 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RetryFailed"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CorrectionResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    corrections_resend: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer; one that comes before there is an answer gets 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ResendInDoubt"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CorrectionResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    corrections_settle: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer; one that comes before there is an answer gets 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettleInDoubt"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CorrectionResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    deliveriesexport_export: {
        parameters: {
            query?: {
                /** @description Only these. */
                outcome?: "sent" | "failed" | "skipped" | "in_doubt";
                /** @description `csv` (RFC 4180, UTF-8) or `ndjson`, a JSON object a line; unless it is given, what `Accept` asks for, or CSV. */
                format?: "csv" | "ndjson";
                /**
                 * @description CSV as it is. Unless this is said, a `'` goes before cells that a spreadsheet would compute: those that begin with
                 *     `=`, `+`, `-`, `@`, a tab or a carriage return. An import takes it off again.
                 */
                raw?: boolean;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, as an attachment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    evidence_accept: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Evidence"][];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceResponse"][];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    explanation_explain: {
        parameters: {
            query?: {
                /** @description Why this contact got the message, or not; without it, why the campaign has not started. */
                contact_id?: number;
                /** @description In this run of the campaign; the one that is going, or the latest, unless given. */
                run_id?: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExplanationResponse"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    optin_request: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer; one that comes before there is an answer gets 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RequestOptIn"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OptInResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    preview_unsaved: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewContent"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagePreviewResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    preview_preview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewVariant"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagePreviewResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    preview_page: {
        parameters: {
            query?: {
                /** @description The name of a variant; the campaign's own message unless given. */
                variant?: string;
                contact_id?: number;
                email?: string;
                external_id?: string;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    providers_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    providers_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateProvider"];
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    providers_vapidKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VapidKeys"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    providers_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    providers_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    providers_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateProvider"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description It was changed in the meantime (`If-Match`). */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    providers_test: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer; one that comes before there is an answer gets 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TestProvider"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderTestResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    runaudience_of: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
                /** @description Whether this contact is in it. */
                contact_id?: number;
                /** @description Lists the contacts who are in it and were not in the previous run's, or the other way round. */
                change?: "added" | "removed";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunAudienceResponse"] | components["schemas"]["RunMemberResponse"] | number[];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    runs_ofCampaign: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    runs_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunResponse"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    runs_deliveries: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
                /** @description Only these. */
                outcome?: "sent" | "failed" | "skipped" | "in_doubt";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    runs_ofContact: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactDeliveryResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    runs_reconciliation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationResponse"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    sandbox_messages: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SandboxMessageResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    testsend_send: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer; one that comes before there is an answer gets 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TestSend"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestSendResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    winner_choose: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChooseWinner"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WinnerResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    inbound_take: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string;
                "text/plain": string;
                "application/x-www-form-urlencoded": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    mail_take: {
        parameters: {
            query?: {
                /** @description The address that it was delivered to (the envelope's recipient), where your mail server knows; else its headers are asked. */
                recipient?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "message/rfc822": string;
                "text/plain": string;
                "application/octet-stream": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailTaken"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    reports_reports: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
                /** @description Those about messages of this run. */
                run_id?: number;
                /** @description Those of this kind. */
                kind?: "delivered" | "opened" | "bounced" | "soft_bounced" | "complained" | "unsubscribed";
                /** @description True: those about messages of this installation; false: the others. */
                matched?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    reports_totals: {
        parameters: {
            query?: {
                /** @description Those about messages of this run; unless given, those about no message of this installation. */
                run_id?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportTotal"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    reports_replies: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
                /** @description Those from this number, in E.164 form. */
                phone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplyResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    comparison_compare: {
        parameters: {
            query: {
                /**
                 * @description CSV as it is. Unless this is said, a `'` goes before cells that a spreadsheet would compute: those that begin with
                 *     `=`, `+`, `-`, `@`, a tab or a carriage return. An import takes it off again.
                 */
                raw?: boolean;
                /** @description Two to ten of them: `campaign_id=1&campaign_id=2`. */
                campaign_id: number[];
                /** @description `json`, or `csv` (RFC 4180, UTF-8) as a file; unless it is given, what `Accept` asks for, or JSON. */
                format?: "json" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComparedCampaign"][];
                    "text/csv": string;
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    analysis_get: {
        parameters: {
            query?: {
                /** @description One of the campaign's runs, to look at that alone. */
                run_id?: number;
                /** @description The stretch of the timeline, from the (first) send on. */
                preset?: "all" | "first_hour" | "first_day" | "first_week" | "first_month";
                /** @description How long after it opened each run of the cohort is looked at. */
                age?: "1h" | "6h" | "1d" | "3d" | "7d" | "30d";
                /** @description Opens and clicks of people, or of everybody: machines that open messages and follow links, too. */
                hits?: "human" | "all";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalysisResponse"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    analytics_list: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignAnalytics"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    analytics_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignAnalyticsDetail"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    clicks_heatMapOfCampaign: {
        parameters: {
            query?: {
                /**
                 * @description CSV as it is. Unless this is said, a `'` goes before cells that a spreadsheet would compute: those that begin with
                 *     `=`, `+`, `-`, `@`, a tab or a carriage return. An import takes it off again.
                 */
                raw?: boolean;
                /** @description By whose clock; the campaign's zone unless given. */
                time_zone?: string;
                /** @description `json`, or `csv` (RFC 4180, UTF-8) as a file; unless it is given, what `Accept` asks for, or JSON. */
                format?: "json" | "csv";
                /** @description Opens and clicks of people, or of everybody: machines that open messages and follow links, too. */
                hits?: "human" | "all";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeatMapResponse"];
                    "text/csv": string;
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    clicks_heatMapOfRun: {
        parameters: {
            query?: {
                /**
                 * @description CSV as it is. Unless this is said, a `'` goes before cells that a spreadsheet would compute: those that begin with
                 *     `=`, `+`, `-`, `@`, a tab or a carriage return. An import takes it off again.
                 */
                raw?: boolean;
                /** @description By whose clock; the campaign's zone unless given. */
                time_zone?: string;
                /** @description `json`, or `csv` (RFC 4180, UTF-8) as a file; unless it is given, what `Accept` asks for, or JSON. */
                format?: "json" | "csv";
                /** @description Opens and clicks of people, or of everybody: machines that open messages and follow links, too. */
                hits?: "human" | "all";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeatMapResponse"];
                    "text/csv": string;
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    clicks_waitsOfCampaign: {
        parameters: {
            query?: {
                /**
                 * @description CSV as it is. Unless this is said, a `'` goes before cells that a spreadsheet would compute: those that begin with
                 *     `=`, `+`, `-`, `@`, a tab or a carriage return. An import takes it off again.
                 */
                raw?: boolean;
                /** @description `json`, or `csv` (RFC 4180, UTF-8) as a file; unless it is given, what `Accept` asks for, or JSON. */
                format?: "json" | "csv";
                /** @description Opens and clicks of people, or of everybody: machines that open messages and follow links, too. */
                hits?: "human" | "all";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitsResponse"];
                    "text/csv": string;
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    clicks_waitsOfRun: {
        parameters: {
            query?: {
                /**
                 * @description CSV as it is. Unless this is said, a `'` goes before cells that a spreadsheet would compute: those that begin with
                 *     `=`, `+`, `-`, `@`, a tab or a carriage return. An import takes it off again.
                 */
                raw?: boolean;
                /** @description `json`, or `csv` (RFC 4180, UTF-8) as a file; unless it is given, what `Accept` asks for, or JSON. */
                format?: "json" | "csv";
                /** @description Opens and clicks of people, or of everybody: machines that open messages and follow links, too. */
                hits?: "human" | "all";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitsResponse"];
                    "text/csv": string;
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    cohort_list: {
        parameters: {
            query?: {
                /**
                 * @description CSV as it is. Unless this is said, a `'` goes before cells that a spreadsheet would compute: those that begin with
                 *     `=`, `+`, `-`, `@`, a tab or a carriage return. An import takes it off again.
                 */
                raw?: boolean;
                /** @description How long after it opened each run is looked at. */
                age?: "1h" | "6h" | "1d" | "3d" | "7d" | "30d";
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
                /** @description `json`, or `csv` (RFC 4180, UTF-8) as a file; unless it is given, what `Accept` asks for, or JSON. */
                format?: "json" | "csv";
                /** @description Opens and clicks of people, or of everybody: machines that open messages and follow links, too. */
                hits?: "human" | "all";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CohortRun"][];
                    "text/csv": string;
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    failures_ofCampaign: {
        parameters: {
            query?: {
                /**
                 * @description CSV as it is. Unless this is said, a `'` goes before cells that a spreadsheet would compute: those that begin with
                 *     `=`, `+`, `-`, `@`, a tab or a carriage return. An import takes it off again.
                 */
                raw?: boolean;
                /** @description What CSV has the rows of. */
                rows?: "reasons" | "tries";
                /** @description `json`, or `csv` (RFC 4180, UTF-8) as a file; unless it is given, what `Accept` asks for, or JSON. */
                format?: "json" | "csv";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FailuresResponse"];
                    "text/csv": string;
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    failures_ofRun: {
        parameters: {
            query?: {
                /**
                 * @description CSV as it is. Unless this is said, a `'` goes before cells that a spreadsheet would compute: those that begin with
                 *     `=`, `+`, `-`, `@`, a tab or a carriage return. An import takes it off again.
                 */
                raw?: boolean;
                /** @description What CSV has the rows of. */
                rows?: "reasons" | "tries";
                /** @description `json`, or `csv` (RFC 4180, UTF-8) as a file; unless it is given, what `Accept` asks for, or JSON. */
                format?: "json" | "csv";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FailuresResponse"];
                    "text/csv": string;
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    forecast_forecast: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ForecastCampaign"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ForecastResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    forecast_lint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LintWarningResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    links_list: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    links_rescore: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RescoreResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    overview_get: {
        parameters: {
            query?: {
                /**
                 * @description CSV as it is. Unless this is said, a `'` goes before cells that a spreadsheet would compute: those that begin with
                 *     `=`, `+`, `-`, `@`, a tab or a carriage return. An import takes it off again.
                 */
                raw?: boolean;
                /** @description Whole hours, or with `30d` whole days of UTC; the present one is the last. */
                period?: "24h" | "7d" | "30d";
                /** @description `json`, or `csv` (RFC 4180, UTF-8) as a file; unless it is given, what `Accept` asks for, or JSON. */
                format?: "json" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OverviewResponse"];
                    "text/csv": string;
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    timeline_ofCampaign: {
        parameters: {
            query?: {
                /**
                 * @description CSV as it is. Unless this is said, a `'` goes before cells that a spreadsheet would compute: those that begin with
                 *     `=`, `+`, `-`, `@`, a tab or a carriage return. An import takes it off again.
                 */
                raw?: boolean;
                /** @description The length of a step; what suits the stretch unless given. */
                by?: "minute" | "hour" | "day";
                /** @description A stretch from the (first) send on; not together with `from` and `to`. All of it unless given. */
                preset?: "all" | "first_hour" | "first_day" | "first_week" | "first_month";
                /** @description Where to begin: ISO 8601, without an offset wall time in `time_zone`. The step that it is in is shown whole. */
                from?: string;
                /** @description Where to end, as `from`. */
                to?: string;
                /** @description Whose hours and days; the campaign's zone unless given. */
                time_zone?: string;
                /** @description `json`, or `csv` (RFC 4180, UTF-8) as a file; unless it is given, what `Accept` asks for, or JSON. */
                format?: "json" | "csv";
                /** @description Opens and clicks of people, or of everybody: machines that open messages and follow links, too. */
                hits?: "human" | "all";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimelineResponse"];
                    "text/csv": string;
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    timeline_ofRun: {
        parameters: {
            query?: {
                /**
                 * @description CSV as it is. Unless this is said, a `'` goes before cells that a spreadsheet would compute: those that begin with
                 *     `=`, `+`, `-`, `@`, a tab or a carriage return. An import takes it off again.
                 */
                raw?: boolean;
                /** @description The length of a step; what suits the stretch unless given. */
                by?: "minute" | "hour" | "day";
                /** @description A stretch from the (first) send on; not together with `from` and `to`. All of it unless given. */
                preset?: "all" | "first_hour" | "first_day" | "first_week" | "first_month";
                /** @description Where to begin: ISO 8601, without an offset wall time in `time_zone`. The step that it is in is shown whole. */
                from?: string;
                /** @description Where to end, as `from`. */
                to?: string;
                /** @description Whose hours and days; the campaign's zone unless given. */
                time_zone?: string;
                /** @description `json`, or `csv` (RFC 4180, UTF-8) as a file; unless it is given, what `Accept` asks for, or JSON. */
                format?: "json" | "csv";
                /** @description Opens and clicks of people, or of everybody: machines that open messages and follow links, too. */
                hits?: "human" | "all";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimelineResponse"];
                    "text/csv": string;
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    variants_ofRun: {
        parameters: {
            query?: {
                /** @description Opens and clicks of people, or of everybody: machines that open messages and follow links, too. */
                hits?: "human" | "all";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunVariantsResponse"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    variants_ofCampaign: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
                /** @description Opens and clicks of people, or of everybody: machines that open messages and follow links, too. */
                hits?: "human" | "all";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunVariantsResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    webhooks_list: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    webhooks_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhook"];
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    webhooks_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    webhooks_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    webhooks_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateWebhook"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description It was changed in the meantime (`If-Match`). */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    webhooks_rotate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The version, for `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    webhookdeliveries_list: {
        parameters: {
            query?: {
                /** @description Rows on a page. */
                limit?: number;
                /** @description Where to go on: the cursor of the `Link: <…>; rel="next"` header of the page before. */
                cursor?: string;
                /** @description Those in this state. */
                state?: "pending" | "sending" | "delivered" | "failed";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    /** @description The next page: `<…>; rel="next"`; absent on the last. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryResponse"][];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    webhookdeliveries_test: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer; one that comes before there is an answer gets 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    webhookdeliveries_replaySince: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayWebhook"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    webhookdeliveries_replay: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
                delivery_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    metrics_read: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    system_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemResponse"];
                };
            };
            /** @description It says what `If-None-Match` names: nothing has changed. */
            304: {
                headers: {
                    /** @description A hash of the answer, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    seed_seed: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of yours, unique per request: a repeat within 24 hours gets the first answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeedResult"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
    simulation_simulate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SimulateCampaign"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SimulationResponse"];
                };
            };
            /** @description A field is missing or wrong; `errors` names each. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description No API key, or one that is not known. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The key lacks the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The present state forbids it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The body is of another type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
            /** @description The database does not answer. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemResponse"];
                };
            };
        };
    };
}
