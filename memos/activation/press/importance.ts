import type { StateFile, StateStream } from "../state.js";
import { soleStream } from "./soleStream.js";
