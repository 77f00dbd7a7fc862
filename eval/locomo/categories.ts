/** Category 1: the answer has several parts, which stand in several sessions. */
export const MULTI_HOP = 1;

/** Category 3: the answer takes knowledge that is in no session. */
export const OPEN_DOMAIN = 3;

/** Category 5 has no answer in its conversation. */
export const ADVERSARIAL = 5;
