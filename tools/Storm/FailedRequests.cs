using ECommerce.Audit;

namespace ECommerce.Storm;

/// <summary>The requests that failed, by the disruption that they met: answered with 5xx, or not at all.</summary>
/// <param name="During">Their numbers, in the order of the disruptions: from the begin of each until the shop had caught up.</param>
/// <param name="Between">The number of those that met none.</param>
internal sealed record FailedRequests(IReadOnlyList<int> During, int Between)
{
    /// <param name="folder">The folder of the journal.</param>
    /// <param name="happened">The disruptions in their order.</param>
    public static FailedRequests Read(DirectoryInfo folder, IReadOnlyList<DisruptionOutcome> happened)
    {
        var during = new int[happened.Count];
        var between = 0;
        // Requests that the customers cut off when they left have not failed.
        foreach (var failed in Journal.Read(folder).Requests.Where(request => request.Failed != "CutOff" && request.Status is 0 or >= 500))
        {
            // One that began in a seamless trouble and ended in the next one has failed because of the other.
            var met = happened.Index().Where(trouble => failed.Ended >= trouble.Item.Began && !(failed.Started > trouble.Item.CaughtUp))
                .OrderBy(trouble => trouble.Item.IsSeamless).Select(trouble => (int?)trouble.Index).FirstOrDefault();
            if (met is { } index)
                during[index]++;
            else
                between++;
        }

        return new(during, between);
    }
}
