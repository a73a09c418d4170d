// The pages read, and simple forms work, without this file. It only makes them smoother.
import "htmx.org";
import { copyButtons } from "./ts/copy";
import { dialogs } from "./ts/dialogs";
import { forms } from "./ts/forms";
import { idleWarning } from "./ts/idle";
import { tips } from "./ts/tips";

document.documentElement.classList.add("scripted");
dialogs(document);
copyButtons(document);
forms(document);
tips(document);
idleWarning(document);
