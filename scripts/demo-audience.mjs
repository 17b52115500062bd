/** The people and campaigns that the README's pictures show. */

const FIRST = [
  'Ada',
  'Grace',
  'Alan',
  'Edsger',
  'Barbara',
  'Donald',
  'Frances',
  'John',
  'Radia',
  'Ken',
  'Hedy',
  'Linus',
];
const LAST = [
  'Lovelace',
  'Hopper',
  'Turing',
  'Liskov',
  'Knuth',
  'Allen',
  'Backus',
  'Perlman',
  'Lamarr',
  'Noether',
  'Curie',
];
const ZONES = ['Europe/Berlin', 'Europe/London', 'America/New_York', 'Asia/Tokyo'];
const SEGMENTS = ['readers', 'customers', 'vip'];
const PEOPLE = 600;

/** A browser that is no machine's, for clicks that count. */
const BROWSER = { 'user-agent': 'Mozilla/5.0 (X11; Linux x64; rv:140.0) Gecko/20100101 Firefox/140.0' };

const contact = (at) => {
  const [first, last] = [FIRST[at % FIRST.length], LAST[(at * 7) % LAST.length]];
  return {
    external_id: `shop-${1000 + at}`,
    email: `${first}.${last}${at}@example.com`.toLowerCase(),
    phone: at % 3 === 0 ? `+49155500${String(10_000 + at)}` : undefined,
    first_name: first,
    last_name: last,
    time_zone: ZONES[at % ZONES.length],
    segments: SEGMENTS.filter((_, index) => at % (index + 2) === 0),
    attributes: { plan: at % 5 === 0 ? 'pro' : 'free' },
  };
};

const letter = (name, more) => ({
  name,
  type: 'one_time',
  schedule_time: inDays(0),
  channel: 'email',
  subject: `{{ first_name }}, ${name.toLowerCase()}`,
  message:
    'Hello {{ first_name | default: "there" }},\n\nhere is what is new this week: https://example.com/news\n' +
    'and what others liked: https://example.com/favourites\n\nUntil next week!',
  tracking: { clicks: true },
  ...more,
});

/** The day so many days from now at that time; without one, the present moment. */
const inDays = (days, time) => {
  const text = new Date(Date.now() + days * 86_400_000).toISOString();
  return time === undefined ? text.slice(0, 19) : `${text.slice(0, 11)}${time}`;
};

const weekly = (days, time) => ({
  type: 'recurring',
  frequency: 'weekly',
  time_zone: 'Europe/Berlin',
  schedule_time: inDays(days, time),
});

/** Makes them, sends one campaign and begins another; answers what there is to look at. */
export async function demo(api, until) {
  for (const name of SEGMENTS) await api('POST', '/segments', { name });
  const people = Array.from({ length: PEOPLE }, (_, at) => contact(at));
  for (let at = 0; at < PEOPLE; at += 100)
    await api('POST', '/contacts/bulk', { contacts: people.slice(at, at + 100) });
  const edited = await api('POST', '/campaigns', letter('The weekly letter', weekly(2, '09:00:00')));
  await api('POST', '/campaigns', letter('Customers’ corner', weekly(4, '17:30:00')));
  const paused = await api('POST', '/campaigns', letter('Tips for professionals', weekly(3, '08:15:00')));
  await api('POST', `/campaigns/${paused.id}/pause`);
  const sent = await api('POST', '/campaigns', letter('Spring collection', { target_segment: 'customers' }));
  await until('the first run', async () => (await api('GET', `/campaigns/${sent.id}`)).status === 'completed');
  const messages = await api('GET', '/sandbox/messages?limit=150');
  for (const [at, { body }] of messages.entries()) {
    const links = body.match(/https?:\/\/[^\s"<>]+\/c\/[^\s"<>]+/g) ?? [];
    for (const link of links.slice(0, at % 4 === 0 ? 2 : at % 2))
      await fetch(link, { headers: BROWSER, redirect: 'manual' });
  }
  const going = await api('POST', '/campaigns', letter('Summer sale'));
  await until('half of the second run', async () => {
    const { sent: reached } = await api('GET', `/analytics/${going.id}`);
    return reached > 120;
  });
  return { analysed: sent.id, edited: edited.id };
}
