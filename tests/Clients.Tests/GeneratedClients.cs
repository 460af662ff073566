namespace ECommerce.Clients.Tests;

/// <summary>
/// One host, and everything that is made from the description it serves. All of it begins when the host runs, side by side; a test waits for
/// its own part.
/// </summary>
public sealed class GeneratedClients : ShopFixture
{
    private Task<string> _modules = Task.FromResult("");

    /// <summary>Where the served description is kept for the tools.</summary>
    public string Description { get; } = Path.Combine(Tool.TypeScript, "obj", "openapi.json");

    /// <summary>What the purchase by Kiota's client wrote.</summary>
    public Task<string> Kiota { get; private set; } = Task.FromResult("");

    /// <summary>What the purchase by NSwag's client wrote.</summary>
    public Task<string> Nswag { get; private set; } = Task.FromResult("");

    /// <summary>What the purchase by the TypeScript client wrote.</summary>
    public Task<string> TypeScript { get; private set; } = Task.FromResult("");

    private string Address => Public.BaseAddress!.ToString().TrimEnd('/');

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(Description)!);
        await File.WriteAllTextAsync(Description, (await GetAsync("/openapi/v1.json")).Text);
        var program = BuildCSharpAsync();
        Kiota = BuyAsync(program, "kiota");
        Nswag = BuyAsync(program, "nswag");
        _modules = Tool.NodeObstacle is null ? InstallModulesAsync() : Task.FromResult("");
        TypeScript = Tool.NodeObstacle is null ? BuyByTypeScriptAsync() : Task.FromResult("");
    }

    public override async Task DisposeAsync()
    {
        // Nothing may run on that a failed test did not wait for.
        await Task.WhenAll(Kiota, Nswag, TypeScript, _modules).ContinueWith(static _ => { }, TaskScheduler.Default);
        await base.DisposeAsync();
    }

    /// <summary>Runs a program of <c>node_modules</c>.</summary>
    public async Task<string> NodeAsync(string script, params string[] arguments)
    {
        await _modules;
        return await Tool.RunAsync(Tool.TypeScript, "node", [Path.Combine("node_modules", script), .. arguments]);
    }

    private async Task<string> BuildCSharpAsync()
    {
        await Tool.RunAsync(Repository.Root, "dotnet", "tool", "restore");
        await Task.WhenAll(
            Tool.RunAsync(Repository.Root, "dotnet", "kiota", "generate", "--language", "CSharp", "--openapi", $"{Address}/openapi/v1.json",
                "--class-name", "KiotaShop", "--namespace-name", "ECommerce.Clients.Kiota", "--output", Path.Combine(Tool.CSharp, "obj", "kiota"),
                "--clean-output", "--exclude-backward-compatible",
                "--structured-mime-types", "application/json", "--structured-mime-types", "application/problem+json",
                "--serializer", "Microsoft.Kiota.Serialization.Json.JsonSerializationWriterFactory",
                "--deserializer", "Microsoft.Kiota.Serialization.Json.JsonParseNodeFactory"),
            Tool.RunAsync(Repository.Root, "dotnet", "nswag", "openapi2csclient", $"/input:{Address}/openapi/v1.json",
                "/className:NswagShop", "/namespace:ECommerce.Clients.Nswag", $"/output:{Path.Combine(Tool.CSharp, "obj", "nswag.cs")}",
                "/generateNullableReferenceTypes:true", "/generateOptionalPropertiesAsNullable:true", "/generateOptionalParameters:true", "/useBaseUrl:false",
                "/parameterDateTimeFormat:o")); // with the offset, as RFC 3339 wants it
        return await Tool.RunAsync(Tool.CSharp, "dotnet", "build", "--configuration", "Release", "--nologo", "--verbosity", "quiet");
    }

    private async Task<string> BuyAsync(Task<string> program, string client)
    {
        await program;
        return await Tool.RunAsync(
            Tool.CSharp, "dotnet", Path.Combine("bin", "Release", "net10.0", "ECommerce.Clients.CSharp.dll"), client, Address, Given.AdminEmail, Given.AdminPassword);
    }

    // npm writes this file last.
    private static async Task<string> InstallModulesAsync()
    {
        var (installed, wanted) = (Path.Combine(Tool.TypeScript, "node_modules", ".package-lock.json"), Path.Combine(Tool.TypeScript, "package-lock.json"));
        return File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(wanted)
            ? ""
            : await Tool.RunAsync(Tool.TypeScript, "npm", "ci", "--prefer-offline", "--no-audit", "--no-fund");
    }

    private async Task<string> BuyByTypeScriptAsync()
    {
        await NodeAsync("openapi-typescript/bin/cli.js", Description, "--output", "obj/shop.d.ts");
        await NodeAsync("typescript/bin/tsc");
        return await Tool.RunAsync(Tool.TypeScript, "node", "obj/out/purchase.js", Address, Given.AdminEmail, Given.AdminPassword);
    }
}
