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
// Whoever sees the sign-in page is not signed in: what the check-in pages kept of somebody goes.
if (location.pathname.startsWith("/sign-in/")) void import("./ts/checkin/forget").then(({ forget }) => forget());
