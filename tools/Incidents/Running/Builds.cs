using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ECommerce.Testing;

namespace ECommerce.Incidents.Running;

/// <summary>
/// Other builds of the shop: its sources with a patch on them, compiled once and kept in <c>obj/builds</c>. A build is named by its version,
/// so that neither its path nor its process says what is in it.
/// </summary>
internal static class Builds
{
    private static readonly string Folder = Repository.PathOf("obj/builds");
    private static readonly string[] Sources = ["src", "Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig"];

    /// <summary>The patches, by name.</summary>
    public static IReadOnlyList<string> Patches { get; } =
        [.. Directory.EnumerateFiles(Repository.PathOf("tools/Incidents/Releases"), "*.patch").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    /// <summary>The version of a build: the next ones after this one, in an order that says nothing.</summary>
    public static string VersionOf(string? patch) =>
        string.Create(CultureInfo.InvariantCulture, $"0.1.{1 + (BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes($"build {patch}"))) % 9000)}");

    /// <summary>The path of the program of a build that was compiled.</summary>
    public static string ProgramOf(string? patch) => Path.Combine(Folder, VersionOf(patch), "host", "ECommerce.Host.dll");

    /// <exception cref="IncidentException">The patch does not apply, or the result does not compile.</exception>
    public static async Task CompileAsync(string? patch, CancellationToken ct)
    {
        var folder = Path.Combine(Folder, VersionOf(patch));
        var (sources, stamp, text) = (Path.Combine(folder, "sources"), Path.Combine(folder, "stamp"), patch is null ? "" : TextOf(patch));
        var wanted = Fingerprint(text);
        Directory.CreateDirectory(folder);
        await using var alone = await LockAsync(Path.Combine(folder, "lock"), ct);
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp, ct) == wanted)
            return;
        File.Delete(stamp);
        if (Directory.Exists(sources))
            Directory.Delete(sources, recursive: true);
        Directory.CreateDirectory(sources);
        await DoAsync(["sh", "-c", $"tar --create --exclude=bin --exclude=obj {string.Join(' ', Sources)} | tar --extract --directory \"$0\"", sources], Repository.Root, ct);
        if (patch is not null)
            await DoAsync(["patch", "--strip=1", "--batch", "--forward", "--input", PathOf(patch)], sources, ct);
        await DoAsync(
            ["dotnet", "build", "src/Host", "--configuration", "Release", "--output", Path.Combine(folder, "host"), $"-p:InformationalVersion={VersionOf(patch)}",
                "-p:RunAnalyzers=false", "-p:GenerateDocumentationFile=false", "-p:RestoreLockedMode=false", "--nologo", "--verbosity", "quiet"],
            sources, ct);
        Directory.Delete(sources, recursive: true);
        await File.WriteAllTextAsync(stamp, wanted, ct);
    }

    private static string PathOf(string patch) => Repository.PathOf($"tools/Incidents/Releases/{patch}.patch");

    private static string TextOf(string patch) => Patches.Contains(patch) ? File.ReadAllText(PathOf(patch)) : throw new IncidentException($"There is no patch {patch}.");

    // Of the sources, too: a build of yesterday's shop beside today's would differ in more than the patch.
    private static string Fingerprint(string patch)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(patch));
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("src"), "*", SearchOption.AllDirectories).Where(IsSource).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static bool IsSource(string file) => !Path.GetRelativePath(Repository.Root, file).Split('/').Any(part => part is "bin" or "obj");

    private static async Task<FileStream> LockAsync(string file, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(200, ct); // another program compiles it
            }
        }
    }

    private static async Task DoAsync(string[] command, string directory, CancellationToken ct)
    {
        await using var program = ChildProcess.Start(command, directory, ("MSBUILDDISABLENODEREUSE", "1"));
        if (await program.WaitForExitAsync(ct) != 0)
            throw new IncidentException($"{command[0]} failed in {directory}:\n{program.Written}");
    }
}
