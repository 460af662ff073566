using System.Diagnostics;
using ECommerce.Traffic;

namespace ECommerce.Siege.Attacks;

/// <summary>Requests that each cost the host a password hash.</summary>
internal static class Hashes
{
    private const double PerSecond = 30;

    // Logging in is what the attack starves; the goal is a 95th percentile under a second.
    public static readonly Attack Attack = new("hashes", $"{PerSecond} registrations and {PerSecond} wrong logins a second, each of another account.",
        (attacker, ct) => Task.WhenAll(
            OpenLoop.RunAsync(attacker, PerSecond, () => Customers.Registration(Customers.NewCustomer()), ct),
            OpenLoop.RunAsync(attacker, PerSecond, () => Customers.Login(Customers.NewCustomer()), ct)),
        Aim: Kinds.Logins, AimShare: 0.95);
}

/// <summary>Wrong passwords for one honest customer's account, while that customer wants to log in.</summary>
internal static class Lockout
{
    private const double PerSecond = 10;

    // A login clears what was counted against the account, so the guesses come first.
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(3);

    public static readonly Attack Attack = new("lockout",
        $"{PerSecond} wrong passwords a second for one customer's account; after {Lead.TotalSeconds} s the customer logs in once a second from elsewhere.",
        (attacker, ct) => Task.WhenAll(
            OpenLoop.RunAsync(attacker, PerSecond, () => Customers.Login(attacker.Customers.Victim.Account, $"guess {Guid.NewGuid():N}"), ct),
            attacker.Customers.LogVictimInAsync(attacker.Felt, Lead, ct)),
        Aim: Kinds.VictimLogins);
}

/// <summary>Requests at a fixed rate, whatever becomes of those before them.</summary>
internal static class OpenLoop
{
    private const int MostInFlight = 500;

    public static async Task RunAsync(Attacker attacker, double perSecond, Func<Request> next, CancellationToken ct)
    {
        var (started, inFlight) = (Stopwatch.GetTimestamp(), new List<Task>());
        for (var number = 1; !ct.IsCancellationRequested; number++)
        {
            inFlight.RemoveAll(request => request.IsCompleted);
            if (inFlight.Count < MostInFlight)
                inFlight.Add(SendAsync(attacker, next(), ct));
            var pause = TimeSpan.FromSeconds(number / perSecond) - Stopwatch.GetElapsedTime(started);
            if (pause.Ticks > 0)
                await Task.Delay(pause, ct).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        await Task.WhenAll(inFlight);
    }

    private static async Task SendAsync(Attacker attacker, Request request, CancellationToken ct)
    {
        try
        {
            await attacker.AskAsync(request, ct);
        }
        catch (OperationCanceledException)
        {
            // The attack is over; the request stays unanswered.
        }
    }
}
