/** One kind of request that a load is made of. */
export interface Asked {
  name: string;
  method: 'GET' | 'POST';
  /** Each in its turn. */
  paths: string[];
  /** Each `#` becomes a number that was not there before. */
  body?: string;
}

/** Contacts of one bulk call. */
export const BULK = 100;

const campaign = {
  name: 'Load #',
  type: 'one_time',
  schedule_time: '2099-01-01T10:00:00Z',
  message: 'Hi {{ first_name }}',
};
const person = { email: 'new#@example.com', first_name: 'New #', attributes: { plan: 'pro' } };

/** What people, programs and recipients ask for most, beside a hello of a bare server. */
export function apiRequests(hits: string[], contacts: number): Asked[] {
  const searches = Array.from({ length: 1_000 }, (_, n) => `/contacts?search=user${(n * 7919) % contacts}`);
  return [
    { name: 'POST /campaigns', method: 'POST', paths: ['/campaigns/'], body: JSON.stringify(campaign) },
    { name: 'GET /campaigns', method: 'GET', paths: ['/campaigns/?limit=20'] },
    { name: 'GET /overview', method: 'GET', paths: ['/overview'] },
    { name: 'GET /contacts?search', method: 'GET', paths: searches },
    {
      name: `POST /contacts/bulk, ${BULK} new`,
      method: 'POST',
      paths: ['/contacts/bulk'],
      body: JSON.stringify({ contacts: Array.from({ length: BULK }, () => person) }),
    },
    { name: 'pixel', method: 'GET', paths: hits.filter((path) => path.startsWith('/o/')) },
    { name: 'click', method: 'GET', paths: hits.filter((path) => path.startsWith('/c/')) },
  ];
}
