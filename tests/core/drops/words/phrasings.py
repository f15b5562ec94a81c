"""How restaurants say when their tables come out, and what they say that sounds alike."""

from datetime import time, timedelta

from core.domain.drop import DropRule, MonthRule

NEW_YORK, CHICAGO, PACIFIC = "America/New_York", "America/Chicago", "America/Los_Angeles"


def days(ahead, hour, minute=0, zone=NEW_YORK, window=0):
    return DropRule(days_ahead=ahead, at=time(hour, minute), zone=zone, window=timedelta(minutes=window))


def month(day, hour, minute=0, ahead=1, zone=NEW_YORK, window=0):
    return MonthRule(
        months_ahead=ahead,
        day_of_month=day,
        at=time(hour, minute),
        zone=zone,
        window=timedelta(minutes=window),
    )


DAILY = {
    "Reservations are released 14 days in advance at 9 AM.": days(14, 9),
    "Reservations are released 30 days in advance at 10:00 AM EST.": days(30, 10),
    "Tables drop two weeks ahead, 10am ET": days(14, 10),
    "Reservations open 30 days out at midnight.": days(30, 0),
    "Released daily at 12 p.m. 21 days prior": days(21, 12),
    "Bookings open 6 weeks ahead at noon": days(42, 12),
    "We release reservations 28 days ahead at 10am.": days(28, 10),
    "New reservations are released every day at 10 a.m. for 14 days out.": days(14, 10),
    "At 10am ET each day, we release tables 7 days in advance.": days(7, 10),
    "Our reservation window opens at midnight 30 days prior.": days(30, 0),
    "Reservations can be made up to 30 days in advance, beginning at 10:00 am daily.": days(30, 10),
    "Reservations become available fourteen (14) days in advance at 9:00 a.m. Eastern Time.": days(14, 9),
    "Reservations for dinner are available on a rolling 30-day basis, released daily at 9am.": days(30, 9),
    "We open our books 60 days ahead at 9:00AM.": days(60, 9),
    "Reservations go live on Resy at 10 AM EST, 7 days prior to the date.": days(7, 10),
    "Seats are released 3 weeks in advance at 11 o'clock.": days(21, 11),
    "All reservations are released 20 days in advance at 10 AM, to the day.": days(20, 10),
    "Reservations are available a week in advance at 12PM.": days(7, 12),
    "Reservations drop at 9am exactly two weeks in advance": days(14, 9),
    "Book up to 21 days in advance; new dates open daily at 8 a.m.": days(21, 8),
    "Reservations are released 14 days in advance. New tables are released daily at 9am.": days(14, 9),
    "Reservations open at 12:00 AM thirty days in advance.": days(30, 0),
    "Reservations open at 12 am, 29 days out": days(29, 0),
    "Tables are released at 10:30am, 10 days in advance.": days(10, 10, 30),
    "We take reservations 4 weeks in advance, starting at 9:30 AM.": days(28, 9, 30),
    "Resy drops at 11 AM, 13 days in advance": days(13, 11),
    "RESERVATIONS ARE RELEASED 14 DAYS IN ADVANCE AT 9AM EST": days(14, 9),
    "<p>Reservations are released <b>15 days</b> in advance at <b>10 AM</b>.</p>": days(15, 10),
    "Reservations released 14 days in advance @ 9am": days(14, 9),
    "Reservations are released at nine in the morning, fourteen days in advance.": days(14, 9),
    "We accept reservations up to 2 weeks out, released at 8 PM nightly.": days(14, 20),
    "Dinner reservations (5pm-10pm) are released 14 days in advance at 9am.": days(14, 9),
    "Reservations for Tuesday-Saturday are released 21 days in advance at 10am.": days(21, 10),
    "The calendar opens 45 days in advance at 7am.": days(45, 7),
    "Reservations are released 90 days in advance at 10 AM ET / 7 AM PT.": days(90, 10),
    "Reservations are bookable 10 days ahead of time at 10 a.m.": days(10, 10),
    "Tickets go on sale 30 days in advance at 12 noon": days(30, 12),
    "Same-day reservations are released at 9am.": days(0, 9),
    "Reservations are released the day of at 10 AM": days(0, 10),
    "We release tables each day at 10am local time, 14 days ahead.": days(14, 10),
    "Reservations are released 14 days in advance at 09:00.": days(14, 9),
    "Bookings are released at 21:00, 14 days in advance": days(14, 21),
    "Reservations may be made 1 week in advance beginning at 10am.": days(7, 10),
    "Our books open a fortnight ahead at 10am": days(14, 10),
    "You can book 28 days out. New tables drop at 9am every morning.": days(28, 9),
    "Reservations are released 14 days in advance at 9am; cancellations must be made 24 hours in advance.": days(
        14, 9
    ),
    "Reservations are released 14 days in advance at 9am, and can be cancelled up to 2 days in advance.": days(
        14, 9
    ),
    "Reservations are released 6 days in advance at 9 am. We charge $25 per person for no-shows and late "
    "cancellations within 24 hours.": days(6, 9),
    "Please cancel 24 hours in advance. Reservations are released 10 days ahead at noon.": days(10, 12),
    "We are open for dinner 5pm to 10pm daily. Reservations are released 14 days in advance at 10 AM.": days(
        14, 10
    ),
    "Call us at (212) 555-0142 between 12pm and 5pm. Reservations drop 21 days ahead at 9am.": days(21, 9),
    "Reservations open 21 days in advance at 10am. Walk-ins welcome from 5pm at the bar.": days(21, 10),
    "Reservations are released 14 days ahead at 9am. Closed Mondays and Tuesdays.": days(14, 9),
    "Reservations open 30 days ahead at 10 AM. For parties of 7 or more, please email events@luna.example 14 days "
    "in advance.": days(30, 10),
    "Please pre-order the duck 3 days in advance when you book. Tables are released 14 days ahead at 9am.": days(
        14, 9
    ),
    "We don't take reservations more than 14 days in advance; new dates are released at 9am.": days(14, 9),
    "We do not accept reservations by phone. Tables are released on Resy 14 days in advance at 10am.": days(
        14, 10
    ),
    "Reservations are released 14 days in advance at 10. Kitchen closes at 11.": days(14, 10),
    "Reservations: 14 days ahead, 10:00am": days(14, 10),
    "We release our tables 30 days in advance at 10am PST.": days(30, 10, zone=PACIFIC),
    "Reservations open 14 days in advance at 9 AM CT": days(14, 9, zone=CHICAGO),
    "Reservations are released 14 days in advance at 9am. A limited number of additional seats is released "
    "same-day at noon.": days(14, 9),
}

DAILY |= {
    "Our main dining tables are released on Resy 14 days in advance at exactly 10:00 AM EST. Due to limited spacing, "
    "reservations are highly recommended.": days(14, 10),
    "Reservations open 60 days in advance at 10am Pacific and fill within minutes.": days(
        60, 10, zone=PACIFIC
    ),
    "Drop pattern: 7 days in advance at 9:00 AM ET daily": days(7, 9),
    "Reservations are released one week in advance every day at midnight.": days(7, 0),
    "Due to high demand, we release reservations 21 days in advance. New reservations drop at 12:00 PM EST. Bar "
    "seating is first come, first served.": days(21, 12),
    "Resy books open at 10AM exactly 28 days prior to the requested date.": days(28, 10),
    "The dining room takes reservations 30 days in advance. They open at 10am.": days(30, 10),
    "Our books open 30 days in advance at 11AM EST. For same-day reservations please call after 3pm.": days(
        30, 11
    ),
    "We release tables 20 days out at 9 AM. If you see nothing, please add yourself to Notify.": days(20, 9),
    "Reservations drop daily at 10am, up to 14 days in advance. Seating is limited to 90 minutes for parties of 2 "
    "and 2 hours for parties of 4.": days(14, 10),
    "Tables are released nightly at 12:01am, 30 days in advance.": days(30, 0, 1),
    "Reservations open 13 days in advance at 00:00.": days(13, 0),
    "Booking window: 60 days. Booking opens: 10am daily": days(60, 10),
    "Reservations open at 10am EST 14 days in advance, and a 48 hour cancellation policy applies.": days(
        14, 10
    ),
    "Prepaid reservations are released 45 days in advance at 10am CST.": days(45, 10, zone=CHICAGO),
    "Chef's counter reservations are released 30 days in advance at 10 AM. Dining room reservations are released 14 "
    "days in advance at 9 AM.": days(14, 9),
    "We post tables at noon for two weeks from today": days(14, 12),
    "Reservations go up every day at 9 a.m. for the date 30 days away": days(30, 9),
    "Reservations open 14 days prior at 9AM. Arrive within 15 minutes of your time or we will release your table at "
    "our discretion.": days(14, 9),
    "We hold half of the room for walk-ins; the other half is released 14 days in advance at 10am.": days(
        14, 10
    ),
}

WINDOWS = {
    "Reservations are released 14 days in advance between 10 and 10:30am.": days(14, 10, window=30),
    "Tables drop 21 days ahead sometime between 10:00am and 11:00am": days(21, 10, window=60),
    "We release tables 7 days out around 10am.": days(7, 10, window=15),
    "Reservations are released 14 days in advance at approximately 9 AM": days(14, 9, window=15),
    "Reservations open 14 days ahead, from 10 to 10:15 am": days(14, 10, window=15),
    "New reservations are released 30 days out, anywhere from 11:30am to 12:30pm": days(
        30, 11, 30, window=60
    ),
}

MONTHLY = {
    "On the 1st of every month at noon we release the entire next month.": month(1, 12),
    "Reservations are released on the first of the month at 10am for the following month.": month(1, 10),
    "Reservations for the following month open on the 1st at 10 AM.": month(1, 10),
    "Reservations open on the 15th of each month at 9am for the next calendar month.": month(15, 9),
    "We release a full month of reservations on the first day of every month at 10:00 AM EST.": month(1, 10),
    "Bookings for the next month are released on the 20th of the month at 12pm.": month(20, 12),
    "Reservations open two months in advance on the 1st of the month at 10am.": month(1, 10, ahead=2),
    "On the first of each month at midnight, tables for the month after next are released.": month(
        1, 0, ahead=2
    ),
    "Reservations are released at noon on the last day of the month for the following month.": month(31, 12),
    "Tables are released monthly, on the 5th at 10am.": month(5, 10),
    "We work month by month. On the 1st of each month at 9am all reservations for the following month are "
    "released.": month(1, 9),
    "On the first of the month at 10 a.m., we release all the following month (i.e. on May 1st, June).": month(
        1, 10
    ),
    "Reservations are released the 1st of the prior month at 9am.": month(1, 9),
    "Reservations open at 10am on the 1st of the month for that month.": month(1, 10, ahead=0),
}

UNSURE = [
    # By the week: no rule of ours can say that.
    "Every Monday at 10 for the following week",
    "Reservations are released every Monday at 10am for the following week.",
    "Tables for the coming week drop on Sundays at noon.",
    "Reservations open Tuesdays at 9am, two weeks in advance.",
    "We release reservations weekly at 10am, 14 days in advance.",
    "On the first Monday of each month at 10am we release the following month.",
    "Reservations open on the first business day of the month at 9am for the following month.",
    # No hour, or no day.
    "Reservations are released 14 days in advance.",
    "Reservations open on the 1st of the month for the following month.",
    "Reservations are released daily at 10am.",
    "Reservations can be made up to 30 days in advance.",
    "Reservations open 14 days ahead in the morning.",
    "Reservations open one month in advance at 10am.",
    "Reservations are released 14 business days in advance at 9am.",
    "Reservations are released 48 hours in advance.",
    "Reservations are released 14 days in advance, at 9am for lunch and 11am for dinner.",
    "Reservations open 14 days in advance at 5.",
    # One month only, which may be long over.
    "October reservations open September 1 at 10 AM.",
    "Our next release will be on Monday, March 3rd at 12pm for reservations in April.",
    # Something else altogether.
    "Please confirm by 3pm the day of your reservation or your table will be released.",
    "Reservations unconfirmed by 2 PM one day in advance will be released.",
    "Tables not claimed within 15 minutes of the reservation time will be released at our discretion.",
    "You can cancel until 5 PM 2 days in advance. Your table is released after 15 minutes.",
    "",
    "   \n ",
    "We do not take reservations.",
    "We are a walk-in only restaurant. Doors open at 5pm.",
    "No reservations. First come, first served from 5pm.",
    "Please cancel 24 hours in advance.",
    "Cancellations made less than 2 days in advance will be charged $50 per person.",
    "To cancel or modify your reservation, please do so by 12pm 2 days in advance.",
    "Reservations cancelled after 12:00 PM one day in advance will incur a fee of $25.",
    "A fee of $50 per guest applies to changes made within 3 days of your reservation after 5pm.",
    "We are open Tuesday through Sunday, 5pm to 10pm.",
    "Hours: Mon-Thu 5-10pm, Fri-Sat 5-11pm.",
    "Opening hours 12:00-22:00 daily. Last seating at 9:30pm.",
    "Call (212) 555-0100 for parties of 7 or more, 14 days in advance, from 10am.",
    "Happy hour 4pm-6pm daily at the bar.",
    "Your table will be held for 15 minutes. Reservations are for 90 minutes.",
    "Please let us know of allergies 3 days in advance by 5pm.",
    "Order the whole roast duck 2 days in advance by noon.",
    "Open daily 5pm-10pm. Reservations are available 14 days in advance.",
    "Dinner is served from 5:30 PM. Reservations are accepted 14 days in advance.",
    "For private events, please email us 30 days in advance. We reply from 9am.",
    "Reservations strongly recommended for dinner after 7pm.",
    "The tasting menu is $185 per person and lasts about 2 hours.",
    "We accept reservations for parties of 1-6 from 5:00pm to 9:30pm.",
    "Brunch is served Saturday and Sunday 10am-3pm.",
    "Please note that we require a credit card to hold your reservation.",
]
