using System.Globalization;

namespace ECommerce.Audit;

/// <summary>The guarantees of the shop to the client that kept the journal. Each check returns a sentence for every violation.</summary>
internal static class Guarantees
{
    private static readonly string[] Final = ["cancelled", "delivered"];

    /// <summary>
    /// Every acknowledged order exists once, in the acknowledged state or a later one, and no order exists without a request.
    /// </summary>
    public static IEnumerable<string> Orders(Journal journal, Facts facts)
    {
        foreach (var story in journal.Writes.Where(write => write.What == "order").GroupBy(write => write.OrderId))
        {
            if (!facts.Orders.TryGetValue(story.Key, out var order))
            {
                yield return $"order {story.Key} was acknowledged as {story.Last().Status} and is not there";
                continue;
            }

            foreach (var write in story.Where(write => (write.UserId, write.Amount) != (order.UserId, order.Total)))
                yield return Said($"order {order.Id} was acknowledged to {write.UserId} for {write.Amount}, and is {order.UserId}'s for {order.Total}");
            foreach (var write in story.Where(write => !order.HasBeen(write.Status)))
                yield return $"order {order.Id} was acknowledged as {write.Status} and has never been that";
            // The books prove each step of the timeline; what is left to prove here is that nothing has led back out of an end.
            if (story.Last().Status is { } last && Final.Contains(last) && order.Status != last)
                yield return $"order {order.Id} was acknowledged as {last} and is {order.Status}";
        }

        var asked = journal.Requests.Where(request => request.Operation == "PlaceOrder").Select(request => request.Key).ToHashSet();
        foreach (var order in facts.Orders.Values.Where(order => !asked.Contains(order.Id)))
            yield return $"order {order.Id} is there and nobody has asked for it";
    }

    public static IEnumerable<string> Users(Journal journal, Facts facts)
    {
        HashSet<Guid> acknowledged = [.. journal.Writes.Where(write => write.What == "user").Select(write => write.UserId)];
        foreach (var user in acknowledged.Where(user => !facts.Users.ContainsKey(user)))
            yield return $"user {user} was registered and is not there";

        // A user without an acknowledgement may be one whose acknowledgement was lost.
        var first = journal.Requests.Min(request => request.Started);
        var unheard = facts.Users.Count(user => user.Value >= first && !acknowledged.Contains(user.Key));
        var unanswered = journal.Requests.Count(request => request.Operation == "RegisterUser" && (!request.IsAnswered || request.Status >= 500));
        if (unheard > unanswered)
            yield return Said($"{unheard} users are there of whom nobody was told, and only {unanswered} registrations were left without an answer");
    }

    /// <summary>Every acknowledged delivery exists. Its key is the id of the row, so that it cannot exist twice.</summary>
    public static IEnumerable<string> Deliveries(Journal journal, Facts facts)
    {
        foreach (var write in journal.Writes.Where(write => write.What == "stock"))
        {
            if (!facts.Adjustments.TryGetValue(write.Key, out var adjustment))
                yield return Said($"the delivery {write.Key} of {write.Delta} to {write.ProductId} was acknowledged and is not there");
            else if ((adjustment.ProductId, adjustment.Delta) != (write.ProductId, write.Delta))
                yield return Said($"the delivery {write.Key} of {write.Delta} to {write.ProductId} is entered as {adjustment.Delta} to {adjustment.ProductId}");
        }

        var asked = journal.Requests.Where(request => request.Operation == "AdjustStock").Select(request => request.Key).ToHashSet();
        foreach (var write in journal.Writes.Where(write => write.What == "stock" && !asked.Contains(write.Key)))
            yield return $"the delivery {write.Key} was acknowledged and never asked for";
    }

    /// <summary>Every request is answered within the time limit, if only by a refusal.</summary>
    public static IEnumerable<string> Requests(Journal journal, TimeSpan limit)
    {
        foreach (var request in journal.Requests)
        {
            if (request.Failed == "Timeout" || request.Took > limit)
                yield return Said($"{request.Method} {request.Route}, begun {request.Started:HH:mm:ss.fff}, hung for {request.Took.TotalSeconds:0.0} s");
        }
    }

    /// <summary>The shop serves again after each disruption without help.</summary>
    public static IEnumerable<string> Recoveries(Journal journal) =>
        from trouble in journal.Troubles
        where trouble.Recovered is null
        select Said($"the shop did not recover from {trouble.Kind} of {trouble.Began:HH:mm:ss}");

    private static string Said(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
