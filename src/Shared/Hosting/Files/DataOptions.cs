using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Hosting;

/// <summary>The settings of the host's data folder.</summary>
public sealed class DataOptions
{
    public const string Section = "Data";

    [Description("The folder of the embedded PostgreSQL and of generated keys, relative to the current directory.")]
    [Required]
    public string Directory { get; init; } = ".data";

    public string FullPath => Path.GetFullPath(Directory);
}
