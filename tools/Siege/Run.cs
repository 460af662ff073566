using System.Diagnostics;
using System.Globalization;
using System.Net;
using ECommerce.Siege.Attacks;
using Spectre.Console;

namespace ECommerce.Siege;

/// <summary>One siege: honest customers, and one attack after the other, each from an address of its own so that none inherits another's penalties.</summary>
internal sealed class Run(Settings settings, BesiegedShop shop, IAnsiConsole console)
{
    private const byte FirstAttacker = 61;

    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    /// <exception cref="SiegeException">Honest customers are refused before any attack, or the host ended.</exception>
    public async Task<Report> GoAsync(CancellationToken closing)
    {
        var startedAt = TimeProvider.System.GetUtcNow();
        Say($"The shop under siege is at {shop.Address}. {settings.Customers} customers register.");
        using var customers = await Customers.OpenAsync(shop.Address, settings.Customers, closing);
        var figures = new List<AttackFigures>();
        foreach (var attack in settings.Attacks)
        {
            Say($"{attack.Name}: {attack.Does}");
            figures.Add(await AttackAsync(attack, new IPAddress([127, 0, 0, (byte)(FirstAttacker + figures.Count)]), customers, closing));
            closing.ThrowIfCancellationRequested();
            if (HostMonitor.MemoryOf(shop.Host) >= Goal.Megabytes)
            {
                Say($"{attack.Name} left the host with more memory than the goal: the next attack finds a new one.");
                await shop.RestartAsync();
            }
        }

        return new(settings.Seed, startedAt, (TimeProvider.System.GetUtcNow() - startedAt).TotalSeconds, settings.Host?.FullName ?? "this build", settings.Rate, figures);
    }

    private async Task<AttackFigures> AttackAsync(Attack attack, IPAddress from, Customers customers, CancellationToken closing)
    {
        var felt = new Felt();
        using var watch = new HostMonitor(shop.Host);
        await watch.StartAsync();
        using var attacker = new Attacker(from, shop.Address, customers, felt);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(closing);
        using var watching = new CancellationTokenSource();

        var started = Stopwatch.GetTimestamp();
        ending.CancelAfter(settings.Each);
        var observing = watch.ObserveAsync(watching.Token);
        var honest = customers.ArriveAsync(felt, settings.Seed, settings.Rate, ending.Token);
        await UntilCancelledAsync(attack.RunAsync(attacker, ending.Token));
        await honest;
        var elapsed = Stopwatch.GetElapsedTime(started);
        await watching.CancelAsync();
        await observing;
        return new(attack.Name, attack.Does, attack.Aim, attack.AimShare, elapsed.TotalSeconds, felt.Take(), attacker.Take(), await watch.TakeAsync(elapsed));
    }

    private static async Task UntilCancelledAsync(Task attack)
    {
        try
        {
            await attack;
        }
        catch (OperationCanceledException)
        {
            // The attack is over.
        }
    }

    private void Say(FormattableString sentence) => console.WriteLine(sentence.ToString(CultureInfo.InvariantCulture));
}
