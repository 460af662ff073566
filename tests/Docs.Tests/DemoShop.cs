namespace ECommerce.Docs.Tests;

/// <summary>The shop as a newcomer starts it: with the demo catalogue.</summary>
public sealed class DemoShop : ShopFixture
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-demo-");

    /// <summary>Where the newcomer stands, with <c>.data</c> in it.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Where the lines go, as after <c>make run Logging__File=shop.log</c>.</summary>
    public string LogFile => Path.Combine(Folder, "shop.log");

    protected override void Configure(IDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings["Shop:DemoData"] = "true";
        settings["Logging:File"] = LogFile;
        settings["Data:Directory"] = Path.Combine(Folder, ".data");
        // The host makes the key itself, and keeps it where the pages read it.
        settings.Remove("Management:Key");
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
