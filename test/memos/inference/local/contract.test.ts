import { engineContract } from "../engineContract.js";
import { localEngine } from "./support.js";

engineContract("the local engine", localEngine);
