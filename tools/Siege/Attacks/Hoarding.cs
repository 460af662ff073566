namespace ECommerce.Siege.Attacks;

/// <summary>One free account orders everything it can, a hundred pieces of up to 94 products at a time, and never pays.</summary>
internal static class Hoarding
{
    private const int MostLines = 94;
    private const int MostPieces = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static readonly Attack Attack = new("hoarding", $"One account reserves all that is in stock by unpaid orders of up to {MostLines} lines, and smaller ones when they are refused.",
        RunAsync, Aim: Kinds.Orders);

    private static async Task RunAsync(Attacker attacker, CancellationToken ct)
    {
        var token = await attacker.SignUpAsync(ct);
        var (inStock, held, lines, pieces) = (0, 0, MostLines, MostPieces);
        for (var refused = false; ; refused = false)
        {
            var shelf = await Customers.ShelfOfAsync(attacker.Client, ct);
            inStock = Math.Max(inStock, held + shelf.Sum(offer => offer.Available));
            foreach (var chunk in shelf.Chunk(lines).TakeWhile(_ => !refused))
            {
                (Guid Product, int Quantity)[] wanted = [.. chunk.Select(offer => (offer.Id, Math.Min(offer.Available, pieces)))];
                var placed = await attacker.AskAsync(Customers.Order(wanted, token, Guid.CreateVersion7()), ct);
                refused = !placed.IsOk;
                held += refused ? 0 : wanted.Sum(line => line.Quantity);
                attacker.Note("units in stock before", inStock);
                attacker.Note("units held", held);
                attacker.Note("share of stock held", inStock == 0 ? 0 : (double)held / inStock);
                await Task.Delay(Pause, ct);
            }

            // A bound on units or lines is approached from above, a bound on orders is met again and again.
            (lines, pieces) = !refused || (lines, pieces) == (1, 1) ? (MostLines, MostPieces) : (Math.Max(1, lines / 2), Math.Max(1, pieces / 2));
            await Task.Delay(Pause, ct);
        }
    }
}
