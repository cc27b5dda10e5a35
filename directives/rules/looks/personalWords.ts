/** One kind of personal data, and the names by which it is known. */
export interface PersonalKind {
  /** For messages: what a field of this kind looks like. */
  readonly what: string;
  /** Keys that policies have for it, the best first. */
  readonly categories: readonly string[];
  /** Ends of names that say it wherever they stand. Of several words, apart. */
  readonly always?: readonly string[];
  /** Ends of names that say it except on an organization or a machine. */
  readonly mostly?: readonly string[];
  /** Ends of names that say it of a person alone: on a person's type, or after one as in `authorName`. */
  readonly ofPeople?: readonly string[];
  /** Custom scalars whose values are of this kind. */
  readonly scalars?: readonly string[];
  /** What it is written as besides strings and custom scalars. */
  readonly also?: readonly ('number' | 'date' | 'enum' | 'object')[];
}

const phrases = (text: string): readonly string[] => text.split(',').map((phrase) => phrase.trim());

/** What looks personal, in English and in romanised Japanese. The longest end of a name wins. */
export const PERSONAL_KINDS: readonly PersonalKind[] = Object.freeze<PersonalKind[]>([
  {
    what: 'an e-mail address',
    categories: ['contact.email', 'email'],
    mostly: phrases(`
      email, mail, email address, mail address, email addr, meeru, meru, meru ado, meeru adoresu, meru
      adoresu, denshi meeru
    `),
    scalars: phrases('email, email address'),
  },
  {
    what: 'a telephone number',
    categories: ['contact.telephone', 'contact.phone', 'phone'],
    mostly: phrases(`
      phone, phone number, phone no, telephone, telephone number, tel, tel no, tel number, mobile phone,
      mobile number, cell phone, cell number, fax, fax number, msisdn, denwa, denwa bango, denwa bangou,
      keitai, keitai denwa, keitai bango, keitai bangou
    `),
    ofPeople: phrases('mobile, cell, whatsapp'),
    scalars: phrases('phone, phone number, telephone number'),
    also: ['number'],
  },
  {
    what: 'an address or a place',
    categories: ['contact.address', 'address'],
    mostly: phrases(`
      home address, postal address, street address, mailing address, residential address, billing address,
      shipping address, delivery address, street, postal code, post code, zip code, juusho, jusho, jyusho,
      jyuusho, gen juusho, gen jusho, juusho kana, yuubin, yubin, yuubin bangou, yubin bango, yuubin
      bango, yubin bangou, todofuken, todoufuken, shikuchoson, shikuchouson, banchi, honseki
    `),
    ofPeople: phrases(`
      address, addr, location, residence, home town, city, town, prefecture, zip, current location, place
      of birth, birth place, shussinchi, shusshinchi
    `),
    scalars: phrases('postal code'),
    also: ['number', 'object'],
  },
  {
    what: 'where somebody is',
    categories: ['location', 'contact.location', 'contact.address'],
    ofPeople: phrases(`
      latitude, longitude, lat, lng, lon, lat lng, geo, geo location, gps, geo point, ido,
      keido
    `),
    also: ['number', 'object'],
  },
  {
    what: 'a person’s name',
    categories: ['identity.name', 'name'],
    always: phrases(`
      first name, last name, given name, family name, middle name, maiden name, fore name, surname, sur
      name, shimei, seimei, namae, o namae, myoji, myouji, honmyo, honmyou, sei kana, mei kana, sei kanji,
      mei kanji, shimei kana, namae kana, furigana, yomigana, card holder name, account holder name, first
      name kana, last name kana, contact name
    `),
    ofPeople: phrases(`
      name, full name, real name, legal name, profile name, preferred name, name kana, name kanji, kana,
      sei, mei
    `),
  },
  {
    what: 'the name that somebody goes by',
    categories: ['identity.nickname', 'nickname', 'identity.name'],
    ofPeople: phrases(`
      nickname, nick name, screen name, display name, pen name, handle, handle name, twitter username,
      twitter handle, twitter, instagram, yobina, nikkuneemu, alias
    `),
  },
  {
    what: 'the name that somebody logs in with',
    categories: ['account.loginId', 'account.login', 'login'],
    mostly: phrases('login, login id, login name, username, user login, login mei, riyousha mei'),
    ofPeople: phrases('account name, name id'),
  },
  {
    what: 'a date of birth or an age',
    categories: ['identity.birthdate', 'identity.birthDate', 'birthdate'],
    always: phrases(`
      birth date, birth day, date of birth, dob, birth year, year of birth, birth month, seinengappi, sei
      nen gappi, tanjoubi, tanjobi, umare
    `),
    ofPeople: phrases('age, born, born on, born at, nenrei'),
    scalars: phrases('date of birth, birth date'),
    also: ['number', 'date'],
  },
  {
    what: 'a trait of a person',
    categories: ['identity.gender', 'identity.trait', 'identity.name'],
    always: phrases('gender, seibetsu, marital status, ethnicity, blood type, ketsuekigata, kokuseki'),
    ofPeople: phrases('sex, pronoun, nationality, race, religion, sexual orientation, disability'),
    also: ['enum'],
  },
  {
    what: 'an official number of a person',
    categories: ['identity.nationalId', 'identity.number', 'identity.name'],
    always: phrases(`
      ssn, social security number, my number, kojin bango, kojin bangou, passport number, passport no,
      national id, national identification number, driver license number, drivers license, driver license,
      menkyosho, menkyosho bangou, menkyo bango, hokensho, zairyu card, nric, ryoken, ryoken bangou
    `),
    scalars: phrases('ssn, us ssn, my number'),
    also: ['number'],
  },
  {
    what: 'a password',
    categories: ['account.password', 'password'],
    mostly: phrases('password, passwd, pwd, passcode, pin code, pasuwaado, ansho bangou, ansho bango'),
    always: phrases('password hash, hashed password, encrypted password, secret answer'),
    scalars: phrases('password'),
  },
  {
    what: 'a card or account number',
    categories: ['payment.card.number', 'payment.card', 'payment'],
    always: phrases(`
      card number, credit card number, card no, credit card, cvv, cvc, kaado bangou, bank account number,
      iban, kouza bangou, koza bango, kouza meigi, koza meigi
    `),
    mostly: phrases('account number'),
    scalars: phrases('credit card number, iban, account number'),
    also: ['number'],
  },
  {
    what: 'part of a payment card',
    categories: ['payment.card', 'payment'],
    always: phrases('card brand, card last, card last four, card expiry, card expiration, card expire'),
    also: ['number', 'date'],
  },
  {
    what: 'an IP address',
    categories: ['network.ip', 'network', 'ip'],
    mostly: phrases('ip, ip address, ip addr, remote address, remote addr, ip adoresu'),
    scalars: phrases('ip, ip address'),
  },
  {
    what: 'an id that follows a person around',
    categories: ['cookie.id', 'cookie'],
    mostly: phrases(`
      cookie, cookie id, visitor id, tracking id, advertising id, ad id, idfa, gaid, device id, imei, mac
      address, device fingerprint, browser fingerprint, session id
    `),
    scalars: phrases('mac'),
  },
  {
    what: 'somebody’s browser or device',
    categories: ['device.userAgent', 'device'],
    mostly: phrases('user agent, ua, useragent string'),
    ofPeople: phrases('browser, device, device name, device model'),
  },
  {
    what: 'when somebody used the service',
    categories: ['usage.history', 'usage'],
    ofPeople: phrases(`
      last login, last login at, last seen, last seen at, last active at, last access at, last sign in at,
      last visit at, last visited at, last activity at, saishu login
    `),
    also: ['date'],
  },
  {
    what: 'what somebody says of themselves',
    categories: ['identity.profile', 'profile', 'usage.content'],
    ofPeople: phrases(`
      bio, biography, about me, self introduction, jikoshoukai, jikoshokai, occupation, job title,
      employer, company, salary, income, nenshu, shokugyou, kinmusaki
    `),
    also: ['number'],
  },
  {
    what: 'something about somebody’s health',
    categories: ['health', 'identity.health', 'usage.content'],
    always: phrases('medical history, byoureki, byoreki, diagnosis'),
    ofPeople: phrases('allergy, medication, disease, symptom, blood pressure'),
  },
]);
