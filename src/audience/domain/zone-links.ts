/** By area, what stands behind its slash. */
const areas: Record<string, string> = {
  Australia: 'ACT Canberra Currie LHI NSW North Queensland South Tasmania Victoria West Yancowinna',
  Brazil: 'Acre DeNoronha East West',
  Canada: 'Atlantic Central Eastern Mountain Newfoundland Pacific Saskatchewan Yukon',
  Chile: 'Continental EasterIsland',
  Etc: 'GMT GMT+0 GMT-0 GMT0 Greenwich UCT UTC Universal Zulu',
  Mexico: 'BajaNorte BajaSur General',
  US: 'Alaska Aleutian Arizona Central East-Indiana Eastern Hawaii Indiana-Starke Michigan Mountain Pacific Samoa',
};

const single =
  'CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran Israel ' +
  'Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC ROK Singapore Turkey UCT ' +
  'UTC Universal W-SU WET Zulu';

/**
 * The aliases of the zone database that nobody could spell by rule, by their names in lower case. JavaScript knows what they
 * stand for but not how they are written, and takes others, as PST, which are no names of that database. None has been
 * added for decades.
 */
export const zoneLinks: ReadonlyMap<string, string> = new Map(
  [
    ...Object.entries(areas).flatMap(([area, places]) => places.split(' ').map((place) => `${area}/${place}`)),
    ...single.split(' '),
    'America/Argentina/ComodRivadavia',
    'America/Knox_IN',
  ].map((name) => [name.toLowerCase(), name]),
);
