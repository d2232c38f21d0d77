/** One user's page in another's browser: test/abuse/subdomains.ts. */
import { subdomainAbuse } from "../../abuse/subdomains";
import { sheffieldUnderFaults } from "./fault-site";

subdomainAbuse(sheffieldUnderFaults);
