-- Applications by where they came from: credited to somebody, by a link that earned nobody anything, or by the open door.
select case when cr.application_id is not null then 'referred' when a.link_id is not null then 'uncredited' else 'open' end as source, count(*),
    count(*) filter (where a.skills_seen or a.reached in ('interview', 'offer', 'hired')), count(*) filter (where a.stage = 'hired')
from applications a
left join (select distinct application_id from earned) cr on cr.application_id = a.id
where {applications} and {referred}
group by 1
