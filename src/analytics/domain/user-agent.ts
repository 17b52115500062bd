import { isbot } from 'isbot';

/** What a user agent says about who asks. */
export type AgentKind = 'apple_mpp' | 'gmail_prefetch' | 'image_proxy' | 'no_user_agent' | 'bot' | 'program';

/** Apple's Mail Privacy Protection loads the images of every message, read or not, and says no more than this. */
const APPLE_MPP = /^Mozilla\/5\.0$/;
/** Gmail looks at images in advance as a browser of 2015 that nobody uses any more. */
const GMAIL_PREFETCH = /Chrome\/42\.0\.2311\.135 .*Edge\/12\.246 Mozilla\/5\.0/;
/** Mail services that fetch an image when, and only when, somebody opens the message. */
const IMAGE_PROXY = /GoogleImageProxy|YahooMailProxy/;

/** Most ask with one of a few user agents, and looking at one takes longer than all else about a hit. */
const MOST_KNOWN = 5_000;
const known = new Map<string, AgentKind>();

/** Who asks, as far as it says so itself. */
export function agentKindOf(userAgent: string): AgentKind {
  let kind = known.get(userAgent);
  if (kind !== undefined) return kind;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(userAgent, (kind = lookAt(userAgent)));
  return kind;
}

function lookAt(userAgent: string): AgentKind {
  if (userAgent === '') return 'no_user_agent';
  if (APPLE_MPP.test(userAgent)) return 'apple_mpp';
  if (GMAIL_PREFETCH.test(userAgent)) return 'gmail_prefetch';
  if (IMAGE_PROXY.test(userAgent)) return 'image_proxy';
  return isbot(userAgent) ? 'bot' : 'program';
}
