using System.Text.RegularExpressions;

namespace ECommerce.Architecture.Tests;

/// <summary>A type of one folder that uses a type of another folder of the same project.</summary>
internal sealed record FolderUse(string From, string Type, string To, string Used)
{
    public override string ToString() => $"{Folder(From)}{Type} uses {Folder(To)}{Used}";

    private static string Folder(string name) => name.Length == 0 ? "(root) " : $"{name}/";
}

/// <summary>Reads the folders from the sources and the uses from the compiled types. Constants leave no trace there.</summary>
internal static partial class FolderUses
{
    private const BindingFlags Own = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    public static IReadOnlyList<FolderUse> Of(string project)
    {
        var folder = Path.Combine(Layers.Shared, project);
        var assembly = Assembly.Load(Path.GetFileNameWithoutExtension(Directory.GetFiles(folder, "*.csproj").Single()));
        var folders = FoldersOf(folder);
        return
        [
            .. from type in assembly.GetTypes()
               let owner = OutermostOf(type)
               where folders.ContainsKey(owner.Name)
               from used in UsesOf(type).SelectMany(Parts).Where(used => used.Assembly == assembly).Select(OutermostOf).Distinct()
               where folders.ContainsKey(used.Name) && folders[owner.Name] != folders[used.Name]
               group used by new FolderUse(folders[owner.Name], NameOf(owner), folders[used.Name], NameOf(used)) into same
               select same.Key,
        ];
    }

    /// <summary>Whether a folder uses another, if only by way of others.</summary>
    public static bool Reaches(this IReadOnlyList<FolderUse> uses, string from, string to)
    {
        HashSet<string> reached = [from];
        while (uses.Any(use => reached.Contains(use.From) && reached.Add(use.To)))
        {
            // Each turn has added a folder.
        }

        return reached.Contains(to);
    }

    private static Dictionary<string, string> FoldersOf(string project)
    {
        Dictionary<string, string> folders = new(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(project, "*.cs", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(project, file)))
        {
            if (file.StartsWith("bin", StringComparison.Ordinal) || file.StartsWith("obj", StringComparison.Ordinal))
                continue;
            foreach (Match type in Declaration().Matches(File.ReadAllText(Path.Combine(project, file))))
                folders[type.Groups["name"].Value + (type.Groups["arity"] is { Success: true } arity ? $"`{arity.Value.Count(',') + 1}" : "")] = Path.GetDirectoryName(file)!;
        }

        return folders;
    }

    private static IEnumerable<Type?> UsesOf(Type type) =>
    [
        type.BaseType,
        .. type.GetInterfaces(),
        .. type.GetCustomAttributesData().Select(attribute => attribute.AttributeType),
        .. type.GetFields(Own).Select(field => field.FieldType),
        .. type.GetProperties(Own).SelectMany(property => property.GetCustomAttributesData()).Select(attribute => attribute.AttributeType),
        .. type.GetMethods(Own).Cast<MethodBase>().Concat(type.GetConstructors(Own)).SelectMany(UsesOf),
    ];

    private static IEnumerable<Type?> UsesOf(MethodBase method) =>
    [
        (method as MethodInfo)?.ReturnType,
        .. method.GetParameters().Select(parameter => parameter.ParameterType),
        .. method.IsGenericMethodDefinition ? method.GetGenericArguments().SelectMany(argument => argument.GetGenericParameterConstraints()) : [],
        .. method.GetMethodBody() is { } body
            ? [.. body.LocalVariables.Select(local => local.LocalType), .. IntermediateCode.MembersOf(method, body).SelectMany(TypesOf)]
            : Array.Empty<Type?>(),
    ];

    private static IEnumerable<Type?> TypesOf(MemberInfo member) => member switch
    {
        Type type => [type],
        MethodInfo { IsGenericMethod: true } call => [call.DeclaringType, .. call.GetGenericArguments()],
        _ => [member.DeclaringType],
    };

    private static IEnumerable<Type> Parts(Type? type) => type switch
    {
        null or { IsGenericParameter: true } => [],
        { HasElementType: true } => Parts(type.GetElementType()),
        { IsConstructedGenericType: true } => [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Parts)],
        _ => [type],
    };

    private static Type OutermostOf(Type type) => type.DeclaringType is { } outer ? OutermostOf(outer) : type;

    private static string NameOf(Type type) => type.Name.Split('`')[0];

    [GeneratedRegex(@"^(?:[a-z]+ )*(?:class|record struct|record|struct|interface|enum|delegate [\w<>?]+) (?<name>\w+)(?:<(?<arity>[^>]*)>)?", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
