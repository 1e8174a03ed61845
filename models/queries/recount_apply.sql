-- Takes the verdicts of judged_again, but for events that got another class while they were judged.
update events e set class = j.class, reason = j.reason, rules = j.rules
from judged_again j
where e.id = j.id and e.at = j.at and e.class = j.was and e.reason = j.was_reason
