using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ECommerce.Incidents.Releases;
using ECommerce.Testing;

namespace ECommerce.Incidents.Running;

/// <summary>
/// Other builds of the shop: its sources with a patch on them, compiled once and kept in <c>obj/builds</c>. A build is named by its version,
/// so that neither its path nor its process says what is in it.
/// </summary>
internal static class Builds
{
    private static readonly string Folder = Repository.PathOf("obj/builds");

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
        var folder = new DirectoryInfo(Path.Combine(Folder, VersionOf(patch)));
        var (stamp, text) = (Path.Combine(folder.FullName, "stamp"), patch is null ? "" : TextOf(patch));
        var wanted = Fingerprint(text);
        folder.Create();
        await using var alone = await LockAsync(Path.Combine(folder.FullName, "lock"), ct);
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp, ct) == wanted)
            return;
        File.Delete(stamp);
        try
        {
            await ReleaseBuild.MakeAsync(folder.CreateSubdirectory("host"), text, VersionOf(patch), ct);
        }
        catch (InvalidDataException e)
        {
            throw new IncidentException(e.Message);
        }

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
}
