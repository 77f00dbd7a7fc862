import { notHereFor } from "../notHere.js";

export const notHere = notHereFor("supermemory");
