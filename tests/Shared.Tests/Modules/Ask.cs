using ECommerce.Kernel;

namespace ECommerce.Measured;

/// <summary>A query of a module that no other test of this process listens to: its span would be measured, too.</summary>
internal sealed record Ask : IQuery<int>;
