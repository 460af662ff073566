using ECommerce.Traffic;

return await Invocation.UntilClosedAsync(closing => ECommerce.Topologies.CommandLine.RunAsync(args, Console.Out, Console.Error, closing));
