import { createTransport } from 'nodemailer';

/** Messages waiting in the pool's own queue at most: always enough, and never a heap of them. */
const AHEAD = 1_000;

/** nodemailer's stock pool: one `sendMail` a recipient, everything but the number of connections as it comes. */
export async function open(url) {
  return {
    send: async (count, maxConnections, { subject, message }) => {
      const pool = createTransport({ url, pool: true, ...(maxConnections ? { maxConnections } : {}) });
      let next = 1;
      const sendSome = async () => {
        while (next <= count) {
          const n = next++;
          const fill = (text) =>
            text.replaceAll('{{ first_name }}', `Name${n}`).replaceAll('{{ email }}', `user${n}@example.com`);
          await pool.sendMail({
            from: 'News <news@example.com>',
            to: `Name${n} <user${n}@example.com>`,
            subject: fill(subject),
            text: fill(message),
          });
        }
      };
      await Promise.all(Array.from({ length: AHEAD }, sendSome));
      pool.close();
    },
    close: () => undefined,
  };
}
