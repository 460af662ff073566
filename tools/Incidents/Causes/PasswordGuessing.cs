using System.Net.Http.Json;
using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>One client tries a few common passwords for many accounts.</summary>
internal sealed class PasswordGuessing : ICause
{
    private const string UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
    private static readonly string[] Passwords = ["password1234", "qwertyuiop12", "letmein letmein", "summer summer 2026"];

    public string Mechanism => Mechanisms.PasswordGuessing;

    public CausePlan Plan(SeededRandom dice, double size) => new(Mechanism, "users/Login", Scopes.Client, $"198.51.100.{dice.Between(10, 250)}", size);

    public Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        var client = arena.ClientAt(plan.Target!, UserAgent);
        var workers = Enumerable.Range(0, (int)plan.Between(4, 24)).Select(guesser => (Func<CancellationToken, Task>)(end => GuessAsync(client, guesser, end)));
        return Task.FromResult<IAsyncDisposable>(Effect.Working(() => Task.CompletedTask, _ => false, workers));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) =>
        [$"Block {plan.Target} at the gateway: act block {plan.Target}.", "Lower Passwords__WaitingPerClient and Limits__FailedLoginsPerMinute, and restart."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("auth_attempts_total", "outcome=\"rejected\" rises, reason=\"unknown_email\" among them."),
        Seen.Metric("password_hashing_waiting", "Logins wait for a hashing slot."),
        Seen.Metric("password_hashing_wait_seconds", "Honest customers wait, too."),
        Seen.Metric("limit_refusals_total", "The limits on failed logins refuse one client."),
        Seen.Span("POST /api/users/login", $"client.address {plan.Target} in nearly all that are refused."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "auth_attempts_total: rejected logins rise, and successful ones do not.",
        "password_hashing_wait_seconds: logins are slow because of it.",
        "Traces of refused logins: one client address.",
        $"It is {plan.Target}.",
    ];

    private static async Task GuessAsync(HttpClient client, int guesser, CancellationToken end)
    {
        for (var number = 0; ; number++)
        {
            try
            {
                using var answer = await client.PostAsJsonAsync(
                    "/api/users/login", new { email = $"customer{guesser}.{number}@mail.example", password = Passwords[number % Passwords.Length] }, end);
                await Task.Delay(answer.StatusCode == System.Net.HttpStatusCode.TooManyRequests ? 250 : 20, end);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && !end.IsCancellationRequested)
            {
                await Task.Delay(1000, end); // blocked, or the host is not there
            }
        }
    }
}
