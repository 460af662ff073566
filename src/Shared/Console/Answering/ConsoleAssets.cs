using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Observability.Console.Answering;

/// <summary>The style sheet and scripts of the pages, embedded in the assembly. Their address has a hash of the content, so that a browser keeps them.</summary>
internal sealed class ConsoleAssets
{
    public const string Path = "/console/assets";
    private const string Prefix = "assets/";
    private const int HashDigits = 12;

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    private readonly FrozenDictionary<string, (byte[] Content, string Hash)> _files;

    public ConsoleAssets()
    {
        var assembly = typeof(ConsoleAssets).Assembly;
        Dictionary<string, (byte[] Content, string Hash)> files = [];
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            using var content = new MemoryStream();
            stream.CopyTo(content);
            files.Add(resource[Prefix.Length..], (content.ToArray(), Convert.ToHexStringLower(SHA256.HashData(content.ToArray()))[..HashDigits]));
        }
        _files = files.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The address of a file, with the hash of its content.</summary>
    public string PathOf(string name) => $"{Path}/{name}?v={_files[name].Hash}";

    public Task GetAsync(HttpContext context)
    {
        var name = context.Request.RouteValues["name"] as string ?? "";
        if (!_files.TryGetValue(name, out var file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        context.Response.ContentType = Types[System.IO.Path.GetExtension(name)];
        context.Response.ContentLength = file.Content.Length;
        context.Response.Headers.CacheControl = context.Request.Query["v"] == file.Hash ? "private, max-age=31536000, immutable" : "no-store";
        return context.Response.Body.WriteAsync(file.Content, 0, file.Content.Length, context.RequestAborted);
    }
}
