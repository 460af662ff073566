using System.Net.Http.Json;
using ECommerce.Incidents.Model;
using ECommerce.Incidents.Running;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>
/// The application of a partner logs in for each of its clerks, gives up after a second, and repeats at once. At its usual rate the shop keeps up.
/// A short disturbance makes all of them repeat at the same time, and then the repetitions alone are more than the shop can do.
/// </summary>
internal sealed class RetryStorm : ICause
{
    private const string UserAgent = "PartnerApp/4.2";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.8);
    private static readonly TimeSpan Trigger = TimeSpan.FromSeconds(4);

    public string Mechanism => Mechanisms.RetryStorm;

    public CausePlan Plan(SeededRandom dice, double size) => new(Mechanism, "users/Login", Scopes.Client, $"203.0.113.{dice.Between(10, 250)}", size);

    public async Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        var client = arena.ClientAt(plan.Target!, UserAgent);
        var users = (int)plan.Between(40, 120);
        var effect = Effect.Working(
            () => Task.CompletedTask, _ => false, Enumerable.Range(0, users).Select(user => (Func<CancellationToken, Task>)(end => UseAsync(client, user, users, end))));
        // The trigger: the database answers late for a moment.
        arena.ToDatabase.Delay(Patience);
        try
        {
            await Task.Delay(Trigger, ct);
        }
        finally
        {
            arena.ToDatabase.Delay(TimeSpan.Zero);
        }

        return effect;
    }

    public IReadOnlyList<string> Cures(CausePlan plan) =>
        [$"Block {plan.Target} for a moment, so that its users come back one after another: act block {plan.Target}, then act unblock {plan.Target}."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("http_requests_total", "status=\"499\" and \"429\" of /api/users/login: its callers give up, and come back."),
        Seen.Metric("password_hashing_waiting", "The queue for hashing slots is full."),
        Seen.Metric("password_hashing_refused_total", "reason=\"client_queue\"."),
        Seen.Metric("database_query_duration_seconds", "It was slow for some seconds, and has been well since: the trigger."),
        Seen.Span("POST /api/users/login", $"client.address {plan.Target} and its user_agent.original."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "http_requests_total: logins that their callers gave up (499), many times the usual number.",
        "database_query_duration_seconds: a disturbance of a few seconds before it, which is over.",
        "Traces of logins: one user_agent.original, whose requests come back at once.",
        $"Its client address: {plan.Target}.",
    ];

    // Together two logins a second while they succeed.
    private static async Task UseAsync(HttpClient client, int user, int users, CancellationToken end)
    {
        var usual = TimeSpan.FromSeconds(users / 2.0);
        await Task.Delay(TimeSpan.FromSeconds(3.0 * user / users), end);
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(end);
            patience.CancelAfter(Patience);
            try
            {
                using var answer = await client.PostAsJsonAsync("/api/users/login", new { email = HostSettings.AdminEmail, password = HostSettings.AdminPassword }, patience.Token);
                await Task.Delay(answer.IsSuccessStatusCode ? usual : TimeSpan.FromMilliseconds(20), end);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(usual, end); // no connection: it tells its user to come back later
            }
            catch (Exception e) when (e is OperationCanceledException or IOException && !end.IsCancellationRequested)
            {
                // No answer in time: at once again.
            }
        }
    }
}
