/** The journeys in a workspace that is trusted, in the order in which a person would make them. */
import "./findings.js";
import "./explaining.js";
import "./running.js";
import "./at-a-glance.js";
