using ECommerce.Siege.Attacks;

namespace ECommerce.Siege;

/// <summary>The options of the command line.</summary>
/// <param name="Seed">Seeds the arrivals of honest customers and their choices.</param>
/// <param name="Each">How long each attack lasts.</param>
/// <param name="Rate">Visits of honest customers per second; a visit is one request, or three when the customer buys.</param>
/// <param name="Customers">Honest accounts, each with a source address of its own.</param>
/// <param name="Attacks">The attacks to run, in this order.</param>
/// <param name="Host">The <c>ECommerce.Host.dll</c> to besiege; null for the one of this build.</param>
internal sealed record Settings(
    int Seed, TimeSpan Each, double Rate, int Customers, IReadOnlyList<Attack> Attacks, FileInfo? Host, FileInfo? Report);

internal static class ExitCode
{
    public const int GoalsMet = 0;
    public const int GoalMissed = 1;

    /// <summary>An option is wrong, or the host does not start.</summary>
    public const int CouldNotRun = 2;
}

/// <summary>The siege itself failed; this says nothing about the shop under attack.</summary>
internal sealed class SiegeException(string message) : Exception(message);
