using ECommerce.Incidents.Model;

namespace ECommerce.Incidents.Causes;

/// <summary>Programs beside the host that trouble it for as long as they run: an operator cures it by ending them.</summary>
internal static class Neighbours
{
    /// <summary>A program that does nothing itself; what it stands for lasts until it ends.</summary>
    /// <param name="arena">The shop.</param>
    /// <param name="name">Its name in the list of processes.</param>
    /// <param name="end">Ends what it stands for, also when the program was ended by an operator.</param>
    public static Effect StandFor(IArena arena, string name, Action end)
    {
        var program = arena.StartNeighbour("sh", "-c", "while sleep 1; do :; done", name);
        return Effect.Working(
            async () =>
            {
                await program.DisposeAsync();
                end();
            },
            _ => false,
            async ending =>
            {
                await program.WaitForExitAsync(ending);
                end();
            });
    }

    /// <summary>The sentence of the cure.</summary>
    public static string Cure(string name) => $"End the process {name} beside the host: kill with its id from `ps -ef`.";
}
