using ECommerce.Generate;
using ECommerce.Testing;

// The host has the usual settings, and a throw-away PostgreSQL.
Console.WriteLine("A host starts: the description of the API and the declared telemetry are read from it.");
var shop = new ShopFixture();
try
{
    await shop.InitializeAsync();
    var made = await GeneratedTree.MakeAsync(shop);
    var differences = GeneratedTree.Differences(made).ToList();
    foreach (var (path, _) in differences)
    {
        await File.WriteAllTextAsync(Path.Combine(Repository.Root, path), made[path]);
        Console.WriteLine($"{path} is written anew.");
    }

    Console.WriteLine(differences.Count == 0 ? $"All {made.Count} generated files are up to date." : "Read the differences before you commit them.");
}
finally
{
    await shop.DisposeAsync();
}
