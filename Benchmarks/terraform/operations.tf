resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = "alias/aws/sns"
}

resource "aws_sns_topic_subscription" "alarms" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.notify
}

resource "aws_cloudwatch_metric_alarm" "cpu" {
  for_each            = toset(local.services)
  alarm_name          = "${var.name}-${each.value}-cpu"
  namespace           = "AWS/ECS"
  metric_name         = "CPUUtilization"
  dimensions          = { ClusterName = aws_ecs_cluster.main.name, ServiceName = each.value }
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 80
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

locals {
  alarms = {
    errors      = { namespace = "AWS/ApplicationELB", metric = "HTTPCode_Target_5XX_Count", statistic = "Sum", threshold = 10, dimensions = { LoadBalancer = aws_lb.main.arn_suffix } }
    database    = { namespace = "AWS/RDS", metric = "CPUUtilization", statistic = "Average", threshold = 80, dimensions = { DBClusterIdentifier = aws_rds_cluster.main.id } }
    connections = { namespace = "AWS/RDS", metric = "DatabaseConnections", statistic = "Average", threshold = 300, dimensions = { DBClusterIdentifier = aws_rds_cluster.main.id } }
    lag         = { namespace = "AWS/RDS", metric = "AuroraReplicaLagMaximum", statistic = "Maximum", threshold = 1000, dimensions = { DBClusterIdentifier = aws_rds_cluster.main.id } }
    latency     = { namespace = "AWS/ApplicationELB", metric = "TargetResponseTime", statistic = "Average", threshold = 1, dimensions = { LoadBalancer = aws_lb.main.arn_suffix } }
  }
}

resource "aws_cloudwatch_metric_alarm" "other" {
  for_each            = local.alarms
  alarm_name          = "${var.name}-${each.key}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ widgets = [{
    type       = "metric"
    x          = 0
    y          = 0
    width      = 12
    height     = 6
    properties = { region = var.region, title = "CPU", metrics = [["AWS/ECS", "CPUUtilization", "ClusterName", aws_ecs_cluster.main.name]] }
  }] })
}
