using System.Security.Cryptography;

namespace ECommerce.Hosting;

/// <summary>Secrets that the host generates in Development and stores for its next start: one file each, mode 0600.</summary>
public sealed class KeptSecrets(string directory)
{
    /// <summary>
    /// Returns the secret of that name, generated when there is none. Safe when two hosts start at the same time: the first one's is kept.
    /// </summary>
    public string GetOrCreate(string name, Func<string> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        // An embedded PostgreSQL refuses root: its user has to reach the cluster inside.
        PrivateFolder.Prepare(directory, passable: Environment.IsPrivilegedProcess);
        var folder = PrivateFolder.Prepare(Path.Combine(directory, "keys"));
        var path = Path.Combine(folder.FullName, name);
        try
        {
            return Keep(path, make);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{path} cannot be read or written ({failure.Message.TrimEnd('.')}): mend it, or name another folder in Data__Directory.", failure);
        }
    }

    /// <summary>Generates a password of 22 characters with 128 random bits, readable in a terminal.</summary>
    public static string NewPassword() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Keep(string path, Func<string> make)
    {
        if (!File.Exists(path))
        {
            var draft = $"{path}.{Guid.NewGuid():N}";
            var owner = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = PrivateFolder.OwnFile };
            using (var writer = new StreamWriter(draft, owner))
                writer.Write(make());
            try
            {
                File.Move(draft, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(draft);
            }
        }

        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, PrivateFolder.OwnFile); // its mode may have changed when it was copied
        // A loss of power while the file was written leaves it empty.
        return File.ReadAllText(path) is { Length: > 0 } kept
            ? kept
            : throw new StartupException($"{path} is empty: delete it, and the next start makes a new one.");
    }
}
