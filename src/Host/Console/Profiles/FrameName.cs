using System.Text.RegularExpressions;

namespace ECommerce.Host.Console.Profiles;

/// <summary>The names of frames as they fit into a rectangle.</summary>
internal static partial class FrameName
{
    /// <summary>The type and the method, without namespaces and type arguments.</summary>
    public static string Short(string name)
    {
        if (name.StartsWith("slice ", StringComparison.Ordinal) || name.StartsWith("new ", StringComparison.Ordinal))
            return name;
        var plain = Generics().Replace(name, "");
        if (plain.Length == 0)
            return name;
        return plain.Split('.') is [.., var type, var method] ? $"{type}.{method}" : plain;
    }

    [GeneratedRegex(@"`\d+|\[.*\]")]
    private static partial Regex Generics();
}
